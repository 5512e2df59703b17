/** When a recurring harvest is due. */
import { describe, expect, test } from 'vitest';
import { everyOf, nextRunAt } from '../../lib/settings/schedule.ts';

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0);
const HOUR = 3_600_000;

describe('every', () => {
  test.each([
    ['1m', 60],
    ['15m', 900],
    [' 1h ', 3_600],
    ['7d', 604_800],
    ['120s', 120],
  ])('%s is a duration', (text, seconds) => {
    expect(everyOf(text)).toEqual({ every: 'duration', seconds });
  });

  test('a cron expression has five fields and comes some time', () => {
    expect(everyOf('0 3 * * *')).toEqual({ every: 'cron', expression: '0 3 * * *' });
    for (const text of [
      '* * * * * *',
      '0 0 30 2 *',
      '61 * * * *',
      'daily',
      '',
      '1h 30m',
      '30s',
      '90s',
      '367d',
      '0 0 13 * 5',
      '0 0 L * *',
      '0 0 * * 5#2',
    ])
      expect(everyOf(text)).toBeUndefined();
  });
});

describe('the next harvest', () => {
  const hourly = { every: 'duration', seconds: 3_600 } as const;

  test('is due at once when there was none before', () => {
    expect(nextRunAt(hourly, undefined, NOW)).toBe(NOW);
  });

  test('comes a duration after the last opening', () => {
    expect(nextRunAt(hourly, NOW - HOUR / 4, NOW)).toBe(NOW + (HOUR * 3) / 4);
  });

  test('is due at once, and once only, when several were missed while Reeve was down', () => {
    expect(nextRunAt(hourly, NOW - 10 * HOUR, NOW)).toBe(NOW);
    expect(nextRunAt(hourly, NOW, NOW)).toBe(NOW + HOUR);
  });

  test('by cron comes when it comes, whatever was missed', () => {
    const everyTenMinutes = { every: 'cron', expression: '*/10 * * * *' } as const;
    expect(nextRunAt(everyTenMinutes, NOW - 10 * HOUR, NOW + 1)).toBe(NOW + 600_000);
  });
});
