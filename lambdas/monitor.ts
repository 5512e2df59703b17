/** monitor: one check of one session. It re-arms first and acts second, so that whatever dies here is looked at again. */
import * as z from 'zod/mini';
import { defineHandler, type Call } from '../lib/handler.ts';
import type { Ports } from '../lib/ports.ts';
import { armCheck } from '../lib/protocol/arm.ts';
import { judge, type Judged } from '../lib/protocol/judge.ts';
import { isOverdue, nextCheckAt, verdictOn } from '../lib/session/verdict.ts';

const MonitorInput = z.strictObject({
  session: z.string().check(z.minLength(1)),
  check: z.int().check(z.minimum(0)),
});
export type MonitorInput = z.infer<typeof MonitorInput>;

export type MonitorOutput =
  Judged | { readonly did: 'nothing'; readonly because: 'gone' | 'closed' | 'a later check watches' };

const USES = ['sessions', 'batches', 'checks', 'executions', 'finalizer', 'clock', 'log', 'metrics'] as const;
type MonitorPorts = Pick<Ports, (typeof USES)[number]>;

export const monitor = defineHandler({
  name: 'monitor',
  input: MonitorInput,
  uses: USES,
  async run(input: MonitorInput, ports: MonitorPorts, call: Call): Promise<MonitorOutput> {
    const { limits } = call;
    const session = await ports.sessions.read(input.session);
    const first = verdictOn({
      session,
      sighting: { execution: 'not looked at' },
      now: ports.clock.now(),
      limits,
    });
    if (session === undefined || first.verdict === 'stop') {
      return { did: 'nothing', because: first.verdict === 'stop' ? first.because : 'gone' };
    }
    if (input.check < session.check) return { did: 'nothing', because: 'a later check watches' };

    if (input.check + 1 < limits.checksMax) {
      const at = nextCheckAt(session, ports.clock.now());
      const armed = await armCheck(ports, session.id, { check: input.check + 1, at });
      if (armed.said === 'gone') return { did: 'nothing', because: 'gone' };
      if (armed.said === 'behind') return { did: 'nothing', because: 'a later check watches' };
    }
    const judged = await judge(ports, session.id, {
      by: 'monitor',
      look: isOverdue(session, ports.clock.now()),
      limits,
    });
    ports.log.info('checked', {
      session: session.id,
      harvester: session.harvesterId,
      check: input.check,
      ...judged,
    });
    return judged;
  },
});
