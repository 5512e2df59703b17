/** start: opens a session, takes the lease, arms its first check, starts its execution. In this order every crash is recoverable. */
import * as z from 'zod/mini';
import { shownUrl } from '../lib/harvesters/links.ts';
import { defineHandler, type Call } from '../lib/handler.ts';
import { NEW_LISTING } from '../lib/listing/walk-state.ts';
import type { Ports } from '../lib/ports.ts';
import { armCheck } from '../lib/protocol/arm.ts';
import { change } from '../lib/protocol/change.ts';
import { releaseLease, takeLease } from '../lib/protocol/lease.ts';
import { isWanted } from '../lib/protocol/recurrence.ts';
import { ReeveError, sentenceOf } from '../lib/session/errors.ts';
import { executionNameOf, sessionIdAt, sessionIdOfKey } from '../lib/session/names.ts';
import { SESSION_KINDS, type Harvester, type Instant, type Session } from '../lib/session/session.ts';
import { isTerminal, leased, markedOnGoing } from '../lib/session/transitions.ts';
import { nextCheckAt } from '../lib/session/verdict.ts';
import { deadlineAt } from '../lib/session/workflow-time.ts';

const StartInput = z.strictObject({
  harvester: z.string().check(z.minLength(1), z.maxLength(100)),
  /** The caller's key: starting twice with the same key is starting once. */
  key: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  /** Harvest only what failed or was lost in this session. */
  retryOf: z.optional(z.string().check(z.minLength(1), z.maxLength(100))),
  /** Without it the session harvests; `discover-harvestable-resources` only lists what there is. */
  kind: z.optional(z.enum(SESSION_KINDS)),
  /** Fetch and read every resource again, whatever is known of it. */
  full: z.optional(z.boolean()),
  /** Believe the listing even where more is gone than the harvester's `goneSharePercentMax` allows. */
  acceptGone: z.optional(z.boolean()),
  /** Given by a recurring schedule: itself, as it was made. One that the harvester no longer has starts nothing. */
  scheduled: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
});
export type StartInput = z.infer<typeof StartInput>;

export type StartOutput =
  | { readonly outcome: 'started' | 'exists'; readonly session: Session }
  /** The harvester has an open session: nothing was started. */
  | { readonly outcome: 'conflict'; readonly holder: Session }
  /** The schedule that called is not the harvester's any more: nothing was started, and the schedule was set right. */
  | { readonly outcome: 'not scheduled' };

const USES = [
  'sessions',
  'harvesters',
  'checks',
  'schedules',
  'executions',
  'finalizer',
  'clock',
  'chance',
  'log',
  'metrics',
] as const;
type StartPorts = Pick<Ports, (typeof USES)[number]>;

export const start = defineHandler({
  name: 'start',
  input: StartInput,
  uses: USES,
  async run(input: StartInput, ports: StartPorts, call: Call): Promise<StartOutput> {
    const harvester = await ports.harvesters.read(input.harvester);
    const { scheduled } = input;
    if (
      scheduled !== undefined &&
      !(await isWanted(ports, scheduled, { harvesterId: input.harvester, harvester }))
    )
      return { outcome: 'not scheduled' };
    if (harvester === undefined) throw noHarvester(input);
    if (input.retryOf !== undefined) await checkRetryOf(ports, harvester, input);

    const opened = await open(ports, harvester, input, call);
    if (isTerminal(opened.session.status)) return { outcome: 'exists', session: opened.session };
    const { id } = opened.session;

    const answer = await takeLease(ports, harvester.id, id);
    if (answer.lease === 'no harvester') {
      await takeBack(ports, opened.session);
      throw noHarvester(input);
    }
    if (answer.lease === 'refused') return refuse(ports, opened.session, answer.holder);
    const held = await change(ports, id, (session) => leased(session, answer.sequence, answer.found));
    if (held?.said !== 'leased') {
      // A lease that the session had is its finalizer's to give back, with what the session made: also one that this call took, and another with the
      // same key went on with.
      const isLate = answer.fresh && held?.session.sequence !== answer.sequence;
      if (isLate || held === undefined) await releaseLease(ports, harvester.id, id);
      if (held === undefined)
        throw new ReeveError(
          'StoreBusy',
          `Session ${id} was withdrawn by another start with the same key; try again`,
        );
      return { outcome: 'exists', session: held.session };
    }

    if (held.session.check < 0)
      await armCheck(ports, id, { check: 0, at: nextCheckAt(held.session, ports.clock.now()) });
    await startExecution(ports, held.session);
    const marked = await change(ports, id, markedOnGoing);
    const fields = {
      session: id,
      harvester: harvester.id,
      type: harvester.remote.type,
      url: shownUrl(harvester.remote.url),
    };
    ports.log.info('session started', fields);
    if (opened.fresh) ports.metrics.count('SessionsStarted', 1, { type: harvester.remote.type });
    return { outcome: opened.fresh ? 'started' : 'exists', session: marked?.session ?? held.session };
  },
});

function noHarvester({ harvester }: StartInput): ReeveError {
  return new ReeveError('NotFound', `There is no harvester ${harvester}`);
}

async function checkRetryOf(
  ports: Pick<Ports, 'sessions'>,
  harvester: Harvester,
  { retryOf = '', kind }: StartInput,
): Promise<void> {
  if (kind === 'discover-harvestable-resources') {
    throw new ReeveError(
      'InputInvalid',
      'kind and retryOf are given both; allowed is one: a retry lists nothing',
    );
  }
  const earlier = await ports.sessions.read(retryOf);
  if (earlier === undefined) throw new ReeveError('NotFound', `There is no session ${retryOf} to retry`);
  if (earlier.harvesterId !== harvester.id) {
    throw new ReeveError(
      'InputInvalid',
      `Session ${retryOf} is of harvester ${earlier.harvesterId}, not of ${harvester.id}`,
    );
  }
  if (earlier.closedAt === undefined) {
    throw new ReeveError(
      'Conflict',
      `Session ${retryOf} is ${earlier.status}; only a session that is over can be retried`,
    );
  }
}

/** Opens the session, or finds the one that the same key opened before. */
async function open(
  ports: StartPorts,
  harvester: Harvester,
  input: StartInput,
  call: Call,
): Promise<{ session: Session; fresh: boolean }> {
  const now = ports.clock.now();
  const id =
    input.key === undefined
      ? sessionIdAt(now, ports.chance.token())
      : sessionIdOfKey(harvester.id, input.key);
  const session = newSession({ id, harvester, now, input }, call);
  if ((await ports.sessions.create(session)) === 'created') return { session, fresh: true };
  const there = await ports.sessions.read(id);
  if (there === undefined)
    throw new ReeveError('StoreBusy', `Session ${id} was withdrawn while it was opened again; try again`);
  if (there.retryOf !== input.retryOf || there.kind !== session.kind) {
    throw new ReeveError(
      'Conflict',
      `The key ${input.key ?? ''} was used before, for session ${id}, with another input`,
    );
  }
  return { session: there, fresh: false };
}

function newSession(
  { id, harvester, now, input }: { id: string; harvester: Harvester; now: Instant; input: StartInput },
  call: Call,
): Session {
  const deadline = deadlineAt(now, 0, harvester.pace, call.limits);
  return {
    id,
    kind: input.kind ?? 'harvesting',
    harvesterId: harvester.id,
    revision: 1,
    sequence: 0,
    retryOf: input.retryOf,
    remote: harvester.remote,
    pace: harvester.pace,
    keeping: harvester.keeping,
    asks: { full: input.full === true, acceptGone: input.acceptGone === true },
    ledger: undefined,
    status: 'pending',
    startedAt: now,
    deadlineAt: deadline,
    check: -1,
    checkAt: now,
    executionName: executionNameOf(id),
    waves: [],
    listing: NEW_LISTING,
    sealing: undefined,
    conclusion: undefined,
    closedAt: undefined,
    difference: undefined,
    progressSeen: undefined,
  };
}

async function refuse(ports: StartPorts, session: Session, holder: Session): Promise<StartOutput> {
  await takeBack(ports, session);
  ports.log.info('start refused: the harvester has an open session', {
    harvester: holder.harvesterId,
    session: holder.id,
  });
  return { outcome: 'conflict', holder };
}

/**
 * Takes the session back: it never held the lease. Should that fail, the sweep concludes it. One that somebody has aborted meanwhile, or
 * that has a check, stays and ends by that: a session opened anew under its name would meet its old check.
 */
async function takeBack(ports: Pick<Ports, 'sessions'>, session: Session): Promise<void> {
  if (session.status === 'pending' && session.check < 0) await ports.sessions.withdraw(session);
}

/** A session whose execution cannot be started is concluded at once; should that fail too, its check is armed. */
async function startExecution(ports: StartPorts, session: Session): Promise<void> {
  try {
    await ports.executions.start(session.executionName, {
      session: session.id,
      wave: 0,
      batchesAtOnce: session.pace.batchesAtOnce,
    });
  } catch (error) {
    const because = `its execution could not be started: ${sentenceOf(error)}`;
    await ports.finalizer.call({ session: session.id, by: 'start', because });
    throw error;
  }
}
