import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ALARM_NAMES } from '../../lib/infra/alarms.ts';
import { DIMENSION_OF } from '../../lib/infra/metrics.ts';
import { plain, Reading, resourcesWith } from './synthesised.ts';

const stack = new Reading();

describe('alarms and dashboard', () => {
  const runbook = readFileSync(new URL('../../RUNBOOK.md', import.meta.url), 'utf8');
  const alarms = stack.properties('AWS::CloudWatch::Alarm');
  /** `Reeve-SessionRescued-monitor` is one of two alarms under one heading. */
  const headingOf = (alarmName: unknown): string => (alarmName as string).split('-')[1] ?? '';

  test('each alarm is a heading of the runbook, and each heading is an alarm', () => {
    const headings = [...runbook.matchAll(/^## (\S+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([...ALARM_NAMES]);
    expect([...new Set(alarms.map(({ AlarmName }) => headingOf(AlarmName)))].sort()).toEqual(
      [...ALARM_NAMES].sort(),
    );
  });

  test('each heading says what the alarm means, where to look and what to do', () => {
    for (const part of runbook.split(/^## /m).slice(1))
      for (const said of ['**Meaning.**', '**Where to look.**', '**What to do.**'])
        expect(part).toContain(said);
  });

  test('each alarm tells the topic, and where its heading is', () => {
    for (const { AlarmName, AlarmDescription, AlarmActions } of alarms) {
      expect(AlarmDescription).toContain(`RUNBOOK.md, "${headingOf(AlarmName)}"`);
      expect((AlarmActions as unknown[]).map(plain)).toEqual([expect.stringMatching(/^<AlarmsTopic/)]);
    }
  });

  test('a silent sweep is an alarm, silence of errors is none', () => {
    const missing = Object.fromEntries(
      alarms.map(({ AlarmName, TreatMissingData }) => [headingOf(AlarmName), TreatMissingData]),
    );
    expect(missing).toEqual({
      ...Object.fromEntries(ALARM_NAMES.map((name) => [name, 'notBreaching'])),
      SweepSilent: 'breaching',
    });
  });

  test('every metric that is written is on the dashboard', () => {
    const [dashboard = {}] = stack.properties('AWS::CloudWatch::Dashboard');
    const body = plain(dashboard['DashboardBody']);
    expect(Object.keys(DIMENSION_OF).filter((name) => !body.includes(name))).toEqual([]);
  });

  test('an address for alarms is subscribed to the topic', () => {
    const subscribed = Object.values(resourcesWith({ 'reeve:alarmEmail': 'ops@example.org' })).filter(
      ({ Type }) => Type === 'AWS::SNS::Subscription',
    );
    expect(subscribed.map(({ Properties }) => Properties['Endpoint'])).toEqual(['ops@example.org']);
  });
});
