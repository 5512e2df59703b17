/**
 * finalize: seals, counts, concludes once, cleans up. Any number of finalizers may run at once or die anywhere: each step is
 * conditional or idempotent, and the next one resumes.
 */
import * as z from 'zod/mini';
import { defineHandler, type Call } from '../lib/handler.ts';
import type { Ports } from '../lib/ports.ts';
import { change } from '../lib/protocol/change.ts';
import { cleanUp } from '../lib/protocol/clean-up.ts';
import { settleAndCount } from '../lib/protocol/settle.ts';
import { ReeveError, sentenceOf } from '../lib/session/errors.ts';
import type { Session } from '../lib/session/session.ts';
import { concluded, sealingBegun } from '../lib/session/transitions.ts';

const FinalizeInput = z.object({
  session: z.string().check(z.minLength(1)),
  by: z.enum(['workflow', 'monitor', 'event', 'sweep', 'start']),
  /** Why, in words; empty when the workflow came to its end. */
  because: z._default(z.string(), ''),
  /** Given by monitor and sweep: the revision of the session that they judged. */
  judged: z.optional(z.int()),
  /** Given by the event: which execution ended. */
  execution: z.optional(z.string()),
  /** Given by the workflow when a state before this one failed. */
  error: z.optional(z.object({ Error: z.string(), Cause: z.optional(z.string()) })),
});
export type FinalizeInput = z.infer<typeof FinalizeInput>;

export interface FinalizeOutput {
  readonly session: string;
  readonly did:
    | 'closed'
    | 'nothing: closed before'
    | 'nothing: no such session'
    | 'nothing: it moved on since it was judged'
    | 'nothing: not its execution';
}

const USES = [
  'sessions',
  'harvesters',
  'batches',
  'records',
  'executions',
  'checks',
  'events',
  'clock',
  'log',
  'metrics',
] as const;
type FinalizePorts = Pick<Ports, (typeof USES)[number]>;

/** An abort may come in between once; more often the status cannot change. */
const COUNTS_MAX = 3;

export const finalize = defineHandler({
  name: 'finalize',
  input: FinalizeInput,
  uses: USES,
  async run(input: FinalizeInput, ports: FinalizePorts, call: Call): Promise<FinalizeOutput> {
    const session = await ports.sessions.read(input.session);
    if (session === undefined) return { session: input.session, did: 'nothing: no such session' };
    if (session.closedAt !== undefined) return { session: input.session, did: 'nothing: closed before' };
    if (input.execution !== undefined && input.execution !== session.executionName) {
      return { session: input.session, did: 'nothing: not its execution' };
    }
    const fromWorkflow = input.by === 'workflow';
    const terminal = await conclude(ports, session, input, call);
    if (terminal === 'moved on')
      return { session: input.session, did: 'nothing: it moved on since it was judged' };
    if (terminal === undefined) return { session: input.session, did: 'nothing: no such session' };
    await cleanUp(ports, terminal, { fromWorkflow, call });
    return { session: input.session, did: 'closed' };
  },
});

async function conclude(
  ports: FinalizePorts,
  session: Session,
  input: FinalizeInput,
  call: Call,
): Promise<Session | 'moved on' | undefined> {
  const because = input.error
    ? `its workflow failed: ${input.error.Error}${causeOf(input.error.Cause)}`
    : input.because;
  const begun = await change(ports, session.id, (current) =>
    sealingBegun(current, { by: input.by, because, judged: input.judged }, ports.clock.now()),
  );
  if (begun?.said === 'moved on') return 'moved on';
  if (begun === undefined || begun.said === 'over') return begun?.session;
  if (input.by !== 'workflow') await stopWorkers(ports, begun.session);

  let judged = begun.session;
  for (let counting = 0; counting < COUNTS_MAX; counting += 1) {
    const { status } = judged;
    const counted = await settleAndCount(ports, judged, call);
    const changed = await change(ports, session.id, (current) =>
      concluded(current, { status, ...counted }, ports.clock.now()),
    );
    if (changed === undefined) return undefined;
    if (changed.said === 'concluded') tell(ports, changed.session);
    if (changed.said !== 'count again') return changed.session;
    judged = changed.session;
  }
  throw new ReeveError(
    'InvariantBroken',
    `Session ${session.id} changed its status ${COUNTS_MAX} times while it was counted`,
  );
}

/** Step Functions gives a Lambda's error as JSON. */
function causeOf(cause: string | undefined): string {
  if (cause === undefined || cause === '') return '';
  const message = /"errorMessage":\s*"((?:[^"\\]|\\.)*)"/.exec(cause)?.[1] ?? cause;
  return ` (${message.slice(0, 300)})`;
}

/** Sealing does not wait for it: workers that run on are fenced off. The clean-up insists. */
async function stopWorkers(ports: FinalizePorts, session: Session): Promise<void> {
  try {
    await ports.executions.stop(session.executionName, `session ${session.id} is being finalized`);
  } catch (error) {
    ports.log.warn('an execution could not be stopped', { session: session.id, because: sentenceOf(error) });
  }
}

function tell(ports: FinalizePorts, session: Session): void {
  const { conclusion, status } = session;
  if (conclusion === undefined) return;
  ports.log.info('session concluded', {
    session: session.id,
    harvester: session.harvesterId,
    status,
    ...conclusion,
  });
  const dimensions = { type: session.remote.type };
  ports.metrics.count('SessionsConcluded', 1, { status });
  ports.metrics.count('ResourcesSkipped', conclusion.counts.skipped, dimensions);
  ports.metrics.count('ResourcesLost', conclusion.counts.lost, dimensions);
  if (conclusion.finalizedBy === 'monitor' || conclusion.finalizedBy === 'sweep') {
    ports.metrics.count('SessionsRescued', 1, { finalizedBy: conclusion.finalizedBy });
  }
}
