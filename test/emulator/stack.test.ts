/** The life of a stack on an emulated AWS: `cdk bootstrap`, `cdk deploy`, sessions and what goes wrong with them, `cdk destroy`. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bootstrapAndDeploy, destroy } from './cdk.ts';
import { apiScenarios } from './api-scenarios.ts';
import { cliScenarios } from './cli-scenarios.ts';
import { awsContract } from './contract.ts';
import { Deployed } from './deployed.ts';
import { allowSchedulesAsTheEmulatorNamesThem, tagTheBucketAsTheTemplateDoes } from './deviations.ts';
import { holdingScenarios } from './holding-scenarios.ts';
import { everythingNamed } from './inventory.ts';
import { startEmulator, type Emulator } from './ministack.ts';
import { relayScenarios } from './relay-scenarios.ts';
import { sessionScenarios } from './session-scenarios.ts';
import { watchScenarios } from './watch-scenarios.ts';

let emulator: Emulator;
let deployed: Deployed;

beforeAll(async () => {
  emulator = await startEmulator();
  const outputs = await bootstrapAndDeploy(emulator);
  deployed = new Deployed({ ...emulator, outputs });
  await allowSchedulesAsTheEmulatorNamesThem(deployed);
  await tagTheBucketAsTheTemplateDoes(deployed);
});

afterAll(() => emulator.stop());

apiScenarios(() => deployed);
sessionScenarios(() => deployed);
holdingScenarios(() => deployed);
cliScenarios(() => deployed);
watchScenarios(() => deployed);
relayScenarios(() => deployed);
awsContract(() => deployed);

describe('the stack itself', () => {
  test('destroying it leaves nothing behind, its records included', async () => {
    const stack = deployed;
    await stack.ports.records.put(
      'records/harvester=h/session=s/000000-a.ndjson.gz',
      Buffer.from('kept by nobody'),
    );
    const there = await everythingNamed(stack, 'reeve');
    for (const kind of [
      'function',
      'state machine',
      'schedule group',
      'rule',
      'bus',
      'queue',
      'bucket',
      'role',
      'table',
    ])
      expect(
        there.filter((one) => one.startsWith(`${kind} `)),
        kind,
      ).not.toEqual([]);
    for (const kind of ['alarm', 'dashboard', 'log group', 'api'])
      expect(
        there.filter((one) => one.startsWith(`${kind} `)),
        kind,
      ).not.toEqual([]);
    await destroy(emulator);
    expect(await everythingNamed(stack, 'reeve')).toEqual([]);
  });
});
