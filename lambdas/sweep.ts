/** sweep: the watch over the watch. Judges every open session, and mends chains of checks that broke. */
import * as z from 'zod/mini';
import pMap from 'p-map';
import { defineHandler, type Call } from '../lib/handler.ts';
import type { Ports } from '../lib/ports.ts';
import { armCheck } from '../lib/protocol/arm.ts';
import { judge, type Judged } from '../lib/protocol/judge.ts';
import { sentenceOf } from '../lib/session/errors.ts';
import { isCheckLost, isOverdue, nextCheckAt } from '../lib/session/verdict.ts';

const SweepInput = z.strictObject({
  /** Look at the execution of every open session, also of those that seem well: after a crash of the whole world. */
  lookAtAll: z._default(z.boolean(), false),
});
export type SweepInput = z.infer<typeof SweepInput>;

export interface SweepOutput {
  readonly open: number;
  readonly finalizersCalled: number;
  readonly checksMended: number;
  /** Sessions that could not be judged this time. */
  readonly unjudged: number;
}

const USES = ['sessions', 'batches', 'checks', 'executions', 'finalizer', 'clock', 'log', 'metrics'] as const;
type SweepPorts = Pick<Ports, (typeof USES)[number]>;
type Line = Judged['did'] | 'could not judge';

const SESSIONS_AT_ONCE = 10;

export const sweep = defineHandler({
  name: 'sweep',
  input: SweepInput,
  uses: USES,
  async run(input: SweepInput, ports: SweepPorts, call: Call): Promise<SweepOutput> {
    const lines: { did: Line; mended: boolean }[] = [];
    let cursor: string | undefined;
    do {
      const page = await ports.sessions.open(cursor);
      lines.push(
        ...(await pMap(page.values, (id) => sweepOne(ports, id, input, call), {
          concurrency: SESSIONS_AT_ONCE,
        })),
      );
      cursor = page.cursor;
    } while (cursor !== undefined);
    const swept = {
      open: lines.filter((line) => line.did !== 'nothing').length,
      finalizersCalled: lines.filter((line) => line.did === 'called the finalizer').length,
      checksMended: lines.filter((line) => line.mended).length,
      unjudged: lines.filter((line) => line.did === 'could not judge').length,
    };
    ports.log.info('swept', swept);
    ports.metrics.count('SessionsOpen', swept.open);
    ports.metrics.count('ChecksLost', swept.checksMended);
    ports.metrics.count('SweepHeartbeat', 1);
    return swept;
  },
});

/** One session in its own try: a session that cannot be judged does not keep others from being rescued. */
async function sweepOne(
  ports: SweepPorts,
  id: string,
  input: SweepInput,
  call: Call,
): Promise<{ did: Line; mended: boolean }> {
  try {
    const mended = await mendChecks(ports, id, call);
    const session = await ports.sessions.read(id);
    const look =
      input.lookAtAll || mended || (session !== undefined && isOverdue(session, ports.clock.now()));
    const judged = await judge(ports, id, { by: 'sweep', look, limits: call.limits });
    if (judged.did === 'called the finalizer')
      ports.log.warn('the sweep rescues a session', { session: id, ...judged });
    return { did: judged.did, mended };
  } catch (error) {
    ports.log.error('a session could not be swept', { session: id, because: sentenceOf(error) });
    return { did: 'could not judge', mended: false };
  }
}

/** The newest check is long past and nobody armed another: the chain is broken, and goes on under the next number. */
async function mendChecks(ports: SweepPorts, id: string, call: Call): Promise<boolean> {
  const session = await ports.sessions.read(id);
  const now = ports.clock.now();
  if (
    session === undefined ||
    !isCheckLost(session, now, call.limits) ||
    session.check + 1 >= call.limits.checksMax
  )
    return false;
  const armed = await armCheck(ports, id, { check: session.check + 1, at: nextCheckAt(session, now) });
  if (armed.said === 'armed')
    ports.log.warn('the sweep mended a chain of checks', { session: id, lost: session.check });
  return armed.said === 'armed';
}
