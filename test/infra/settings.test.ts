import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { settingsFrom } from '../../lib/infra/settings.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';

const EMULATOR = '000000000000';

describe('settings of a deployment', () => {
  test('there are defaults for all of them, and the CDK’s own context is left alone', () => {
    expect(
      settingsFrom({ '@aws-cdk/core:newStyleStackSynthesis': true, 'cli-telemetry': false }, undefined),
    ).toEqual({
      stackName: 'Reeve',
      keep: 'nothing',
      logRetentionDays: 30,
      logLevel: 'INFO',
      memoryMegabytes: {},
      reservedConcurrency: {},
      allowLoopbackRemotes: false,
      secretsPrefix: 'reeve/',
      api: { authorization: 'iam', issuer: undefined, audience: [], requestsPerSecond: 50, burst: 100 },
      limits: DEFAULT_LIMITS,
      limitChanges: {},
      remotePolicyChanges: {},
    });
  });

  test('texts of the command line are read: numbers, booleans, JSON', () => {
    const settings = settingsFrom(
      {
        'reeve:logRetentionDays': '7',
        'reeve:allowLoopbackRemotes': 'true',
        'reeve:limits': '{"wavesMax": 3}',
        'reeve:remotePolicy': '{"contact": "gis@example.org"}',
        'reeve:reservedConcurrency': '{"monitor": 5}',
      },
      EMULATOR,
    );
    expect(settings).toMatchObject({
      logRetentionDays: 7,
      limits: { wavesMax: 3 },
      limitChanges: { wavesMax: 3 },
      remotePolicyChanges: { contact: 'gis@example.org', allowLoopback: true },
      reservedConcurrency: { monitor: 5 },
    });
  });

  test.each<[Record<string, unknown>, string]>([
    [{ 'reeve:stakName': 'x' }, 'reeve:stakName: no such setting; there are stackName, keep, '],
    [
      { 'reeve:stackName': '1-x' },
      'reeve:stackName: must be a letter, then at most 29 letters, digits or dashes',
    ],
    [{ 'reeve:keep': 'everything' }, 'reeve:keep: '],
    [{ 'reeve:logRetentionDays': '8' }, 'reeve:logRetentionDays: must be one of 1, 3, 5, 7, '],
    [{ 'reeve:logLevel': 'WARN' }, 'reeve:logLevel: '],
    [{ 'reeve:alarmEmail': 'nobody' }, 'reeve:alarmEmail: '],
    [{ 'reeve:limits': '{wavesMax: 3}' }, 'reeve:limits: must be a JSON object'],
    [{ 'reeve:limits': { wavesMaximum: 3 } }, 'wavesMaximum is not a limit; allowed are '],
    [{ 'reeve:memoryMegabytes': { harvest: 64 } }, 'reeve:memoryMegabytes.harvest: '],
    [{ 'reeve:memoryMegabytes': { harvester: 512 } }, 'reeve:memoryMegabytes: '],
    [{ 'reeve:reservedConcurrency': { harvest: 0 } }, 'reeve:reservedConcurrency.harvest: '],
    [{ 'reeve:remotePolicy': { userAgents: 'x' } }, 'The policy for remotes is not valid'],
    [{ 'reeve:secretsPrefix': '*' }, 'reeve:secretsPrefix: must be 3 to 100 letters'],
    [{ 'reeve:secretsPrefix': 'reeve' }, 'and end with a slash'],
    [{ 'reeve:secretsKmsKeyArn': 'alias/mine' }, 'reeve:secretsKmsKeyArn: must be the ARN of a KMS key'],
    [{ 'reeve:allowLoopbackRemotes': 'yes' }, 'reeve:allowLoopbackRemotes: '],
  ])('%o is refused', (context, fault) => {
    expect(() => settingsFrom(context, EMULATOR)).toThrow(fault);
  });

  test('all faults are named at once', () => {
    expect(() => settingsFrom({ 'reeve:keep': 'x', 'reeve:logLevel': 'y', 'reeve:z': 1 }, undefined)).toThrow(
      /reeve:keep.*reeve:logLevel.*reeve:z/,
    );
  });

  test.each([
    [{ harvestLambdaSeconds: 900 }, 'harvestLambdaSeconds (900) must be less than harvestTaskSeconds (870)'],
    [{ batchSeconds: 850 }, 'batchSeconds (850) must be less than harvestLambdaSeconds (840)'],
    [{ discoverSeconds: 840 }, 'discoverSeconds (840) must be less than discoverLambdaSeconds (840)'],
    [
      { finalizeLambdaSeconds: 630 },
      'finalizeLambdaSeconds (630) must be less than finalizeTaskSeconds (630)',
    ],
    [{ finalizeLambdaSeconds: 10 }, 'finalizeLambdaSeconds is 10; allowed is at least 60'],
    [
      { harvestLambdaSeconds: 901, harvestTaskSeconds: 1_000 },
      'harvestLambdaSeconds is 901; Lambda allows at most 900',
    ],
    [{ inlineBatchesMax: 2_000 }, 'inlineBatchesMax (2000) must be less than waveBatchesMax (2000)'],
    [{ waveBatchesMax: 40_000 }, 'waveBatchesMax is 40000; allowed is at most 32000'],
    [
      { inlineBatchesMax: 300 },
      'wavesMax (400), inlineWavesMax (20) and inlineBatchesMax (300) make a history of 47600 events; allowed are 20000',
    ],
    [{ wavesMax: 2_000 }, 'make a history of 33600 events'],
    [
      { batchSizeMax: 300 },
      'batchItemBytesMax (150000) and the reasons of batchSizeMax (300) resources make an item of 510000 bytes; DynamoDB allows 400000',
    ],
    [{ sweepIntervalSeconds: 90 }, 'sweepIntervalSeconds is 90; EventBridge allows whole minutes'],
  ])('limits that do not nest are refused before anything is built: %o', (limits, fault) => {
    expect(() => settingsFrom({ 'reeve:limits': limits }, undefined)).toThrow(fault);
  });
});

test('the README names every setting, and no other', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const named = [...readme.matchAll(/`(?:-c )?reeve:(\w+)/g)].map(([, name]) => name);
  const [, all = ''] =
    /there are (.*)$/.exec(faultOf(() => settingsFrom({ 'reeve:none': 1 }, undefined))) ?? [];
  expect([...new Set(named)].sort()).toEqual(all.split(', ').sort());
});

function faultOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

describe('remotes on loopback', () => {
  test.each([undefined, '123456789012'])('are refused for account %s', (account) => {
    expect(() => settingsFrom({ 'reeve:allowLoopbackRemotes': true }, account)).toThrow(
      `reeve:allowLoopbackRemotes is for emulators only: the account is ${account ?? 'not known'}, allowed is 000000000000`,
    );
  });

  test('cannot be had by another way', () => {
    expect(() => settingsFrom({ 'reeve:remotePolicy': { allowLoopback: true } }, EMULATOR)).toThrow(
      'may not set allowLoopback',
    );
  });
});
