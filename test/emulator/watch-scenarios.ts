/** What goes wrong around a session on the deployed stack, and who ends it: the event, the monitor, the sweep, or the next finalizer. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  DisableRuleCommand,
  EnableRuleCommand,
  ListRuleNamesByTargetCommand,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteRolePolicyCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
import { describe, expect, test } from 'vitest';
import type { FinalizeOutput } from '../../lambdas/finalize.ts';
import type { MonitorOutput } from '../../lambdas/monitor.ts';
import type { SweepOutput } from '../../lambdas/sweep.ts';
import { stagingPrefix } from '../../lib/session/names.ts';
import type { Deployed } from './deployed.ts';
import { gatedRemote } from './gated-remote.ts';
import { NONE, publishedOf, remoteFor } from './session-scenarios.ts';

/** Over before its remote answers: only somebody else can end such a session. */
const OVERDUE_SOON = {
  bufferTimeSeconds: 12,
  estimatedDurationPerResourceSeconds: 0.01,
  monitorIntervalSeconds: 10,
};
const HANGS = { datasets: 10, faults: [{ match: 'dataset', fault: { kind: 'hang' } }] } as const;

async function ruleOf(stack: Deployed): Promise<string> {
  const command = new ListRuleNamesByTargetCommand({ TargetArn: stack.functionArn('finalize') });
  const { RuleNames = [] } = await stack.events.send(command);
  expect(RuleNames).toHaveLength(1);
  return RuleNames[0]!;
}

export function watchScenarios(stack: () => Deployed): void {
  const wavesOf = (id: string) =>
    stack().until('its waves are listed', 40, async () =>
      (await stack().session(id)).waves.length > 0 ? true : undefined,
    );

  describe.concurrent('rescue', () => {
    test('harvest Lambdas that hang: the check at the deadline finds the session overdue, and the monitor has it ended', async (context) => {
      const remote = await remoteFor(context, HANGS);
      const { id } = await stack().started(await stack().harvester(remote.url, OVERDUE_SOON));
      const session = await stack().closed(id, 90);
      expect(session).toMatchObject({
        status: 'finished-all-failed',
        conclusion: { finalizedBy: 'monitor' },
      });
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 10, lost: 10 });
      expect(session.conclusion!.cause).toContain('overdue');
      expect(await stack().ports.executions.look(session.executionName)).toEqual({
        execution: 'ended',
        how: 'aborted',
      });
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('a zombie: a worker that comes back after its session was concluded has nothing to say any more', async (context) => {
      const remote = await remoteFor(context, { datasets: 5 });
      const gate = await gatedRemote(context, remote);
      const patient = { requestSeconds: 60, resourceSeconds: 90 };
      const { id } = await stack().started(
        await stack().harvester(gate.url, { ...OVERDUE_SOON, ...patient }),
      );
      const concluded = await stack().closed(id, 60);
      expect(concluded.conclusion!.counts).toEqual({ ...NONE, total: 5, lost: 5 });
      expect(gate.waiting()).toBe(5);
      gate.open();
      // It stages what it has under a name of its own, and is refused when it commits.
      await stack().until('the worker came back', 30, async () => {
        const staged = await stack().ports.records.list(`${stagingPrefix(id)}records/`);
        return staged.values.length > 0 ? true : undefined;
      });
      await pause(1_000);
      expect(await stack().session(id)).toEqual(concluded);
      const { values: batches } = await stack().ports.batches.summaries(id);
      expect(batches.map(({ state }) => state)).toEqual(['sealed']);
      expect(await publishedOf(stack(), concluded)).toEqual([]);
      expect(await stack().leftovers(concluded)).toEqual([]);
    });

    test('an execution that is stopped from outside: its event ends the session at once', async (context) => {
      const remote = await remoteFor(context, HANGS);
      const { id, executionName } = await stack().started(await stack().harvester(remote.url));
      await wavesOf(id);
      await stack().ports.executions.stop(executionName, 'stopped by hand');
      const session = await stack().closed(id, 30);
      expect(session).toMatchObject({ status: 'finished-all-failed', conclusion: { finalizedBy: 'event' } });
      expect(session.conclusion!.cause).toContain('Its execution was stopped.');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 10, lost: 10 });
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('a check that comes twice, and one that comes late, neither fork the chain nor disturb', async (context) => {
      const remote = await remoteFor(context, { datasets: 20, latencyMillis: 400 });
      const { id } = await stack().started(await stack().harvester(remote.url, { batchesAtOnce: 1 }));
      const check = { session: id, check: 0 };
      const twice = await Promise.all([
        stack().invoke<MonitorOutput>('monitor', check),
        stack().invoke<MonitorOutput>('monitor', check),
      ]);
      const said = twice.map(({ value }) => value!);
      expect(said.map(({ did }) => did).sort()).toEqual(['nothing', 'watched on']);
      expect(said).toContainEqual({ did: 'nothing', because: 'a later check watches' });
      expect((await stack().checksOf(id)).sort()).toEqual([`${id}-0`, `${id}-1`]);
      const session = await stack().closed(id);
      expect(session.status).toBe('finished-all-ok');
      expect(await stack().leftovers(session)).toEqual([]);
      const late = await stack().invoke<MonitorOutput>('monitor', check);
      expect(late.value).toEqual({ did: 'nothing', because: 'closed' });
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('the status event as AWS sends it, input and output left out because they are large, ends its session', async (context) => {
      const remote = await remoteFor(context, HANGS);
      const { id, executionName } = await stack().started(await stack().harvester(remote.url));
      await wavesOf(id);
      const [, , , region, account, , machine] = stack().output('StateMachineArn').split(':');
      const detail = {
        executionArn: `arn:aws:states:${region}:${account}:execution:${machine}:${executionName}`,
        stateMachineArn: stack().output('StateMachineArn'),
        name: executionName,
        status: 'TIMED_OUT',
        startDate: Date.now(),
        stopDate: Date.now(),
        input: null,
        inputDetails: { included: false },
        output: null,
        outputDetails: null,
      };
      const event = { 'detail-type': 'Step Functions Execution Status Change', source: 'aws.states', detail };
      // Nobody but AWS may put an event of aws.states on a bus: it is given to the finalizer as the rule would.
      const answer = await stack().invoke<FinalizeOutput>('finalize', event);
      expect(answer.value).toEqual({ session: id, did: 'closed' });
      const session = await stack().session(id);
      expect(session.conclusion).toMatchObject({ finalizedBy: 'event', counts: { total: 10, lost: 10 } });
      expect(session.conclusion!.cause).toContain('Its execution timed out.');
      const refused = await stack()
        .events.send(
          new PutEventsCommand({ Entries: [{ Source: 'aws.states', DetailType: 'x', Detail: '{}' }] }),
        )
        .catch((error: unknown) => error);
      expect(refused).not.toMatchObject({ FailedEntryCount: 0 });
    });
  });

  describe('rescue, one after the other, since it breaks what others need', () => {
    // A sweep looks at every open session: beside others it would end what their monitors are about to end.
    test('a schedule that was deleted behind our back: the sweep ends the session', async (context) => {
      const remote = await remoteFor(context, HANGS);
      const { id } = await stack().started(await stack().harvester(remote.url, OVERDUE_SOON));
      await stack().scheduler.send(
        new DeleteScheduleCommand({ Name: `${id}-0`, GroupName: stack().output('ChecksGroup') }),
      );
      const overdue = await stack().until('it is overdue', 60, async () => {
        const session = await stack().session(id);
        return Date.now() > session.checkAt + 6_000 && Date.now() > session.deadlineAt ? session : undefined;
      });
      expect(overdue.check).toBe(0);
      expect((await stack().invoke<SweepOutput>('sweep', {})).value!.finalizersCalled).toBeGreaterThan(0);
      const session = await stack().closed(id, 30);
      expect(session.conclusion!.finalizedBy).toBe('sweep');
      expect(session.conclusion!.counts).toEqual({ ...NONE, total: 10, lost: 10 });
      expect(await stack().leftovers(session)).toEqual([]);
    });

    test('the event of a stopped execution is lost: the monitor ends the session', async (context) => {
      const remote = await remoteFor(context, HANGS);
      const Name = await ruleOf(stack());
      await stack().events.send(new DisableRuleCommand({ Name }));
      try {
        const { id, executionName } = await stack().started(
          await stack().harvester(remote.url, { ...OVERDUE_SOON, bufferTimeSeconds: 12 }),
        );
        await wavesOf(id);
        await stack().ports.executions.stop(executionName, 'stopped by hand');
        const session = await stack().closed(id, 60);
        expect(session.conclusion!.finalizedBy).toBe('monitor');
        expect(session.conclusion!.cause).toContain('its execution had aborted');
        expect(session.conclusion!.counts).toEqual({ ...NONE, total: 10, lost: 10 });
        expect(await stack().leftovers(session)).toEqual([]);
      } finally {
        await stack().events.send(new EnableRuleCommand({ Name }));
      }
    });

    test('a finalizer that dies after the conclusion: the next check has the clean-up done, and the conclusion stays', async (context) => {
      const remote = await remoteFor(context, { datasets: 6 });
      const { Role = '' } = await stack().lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: stack().functionArn('finalize') }),
      );
      const policy = { RoleName: Role.split('/').at(-1), PolicyName: 'no-events' };
      const Statement = [{ Effect: 'Deny', Action: 'events:PutEvents', Resource: '*' }];
      await stack().iam.send(
        new PutRolePolicyCommand({
          ...policy,
          PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
        }),
      );
      const harvester = await stack().harvester(remote.url, { ...OVERDUE_SOON, bufferTimeSeconds: 15 });
      const { id } = await stack().started(harvester);
      const concluded = await stack().until('it is concluded', 40, async () => {
        const session = await stack().session(id);
        return session.conclusion === undefined ? undefined : session;
      });
      expect(concluded.status).toBe('finished-all-ok');
      expect(concluded.closedAt).toBeUndefined();
      expect((await stack().ports.harvesters.read(harvester))!.lease).toBe(id);
      await stack().iam.send(new DeleteRolePolicyCommand(policy));
      const session = await stack().closed(id, 60);
      expect(session.conclusion).toEqual(concluded.conclusion);
      expect(await stack().leftovers(session)).toEqual([]);
    });
  });
}
