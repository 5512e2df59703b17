/** `reeve abort <session>`: ends a session that is under way, also one of another process, and waits until it is accounted for. */
import { setTimeout as pause } from 'node:timers/promises';
import { ReeveError } from '../../session/errors.ts';
import type { Session } from '../../session/session.ts';
import type { Guest } from '../../local/embedded/guest.ts';
import type { AbortAnswer } from '../../local/embedded/serve.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findSession, newestOf } from '../find.ts';
import { createRemotes } from '../remotes.ts';
import { sessionView } from '../session-view.ts';
import { oneLine } from '../summary.ts';
import { openToLook, openToWork } from '../world.ts';

const LOOK_MILLIS = 500;
/** After `abortSeconds` the monitor ends the session; that takes a moment too. */
const SPARE_MILLIS = 30_000;

/** @param typed absent: the newest session */
export async function abort(context: Context, typed: string | undefined): Promise<ExitCode> {
  const { screen } = context;
  const id = typed ?? (await asGuest(context, async ({ ports }) => (await newestOf(ports, screen)).id));
  const session = await request(context, id);
  const view = sessionView(session.after, context.folder);
  screen.document(view);
  if (session.said === 'over') screen.print(`Session ${id} is over already. ${oneLine(view)}.`);
  else screen.print(`${oneLine(view)}.`);
  return EXIT.allOk;
}

async function request(context: Context, id: string): Promise<{ said: AbortAnswer['said']; after: Session }> {
  const { said, session } = await asGuest(context, async (guest) => {
    const found = await findSession(guest.ports, id);
    const answer = await guest.abort(found.id);
    return { said: answer.said, session: found };
  });
  return { said, after: await closed(context, session) };
}

/** A guest each time: the process that works in the folder may end as soon as its session does. */
async function closed(context: Context, { id, pace }: Session): Promise<Session> {
  const giveUpAt = Date.now() + pace.abortSeconds * 1_000 + SPARE_MILLIS;
  for (;;) {
    const { session, owner } = await asGuest(context, async (guest) => ({
      session: await findSession(guest.ports, id),
      owner: guest.owner,
    }));
    if (session.closedAt !== undefined) return session;
    if (owner === undefined) return concludeHere(context, id);
    if (Date.now() >= giveUpAt) {
      throw new ReeveError(
        'StoreBusy',
        `Session ${id} is marked as aborting, but process ${owner.pid} has not concluded it`,
      );
    }
    await pause(LOOK_MILLIS);
  }
}

async function asGuest<T>(context: Context, visit: (guest: Guest) => Promise<T>): Promise<T> {
  const guest = await openToLook(context);
  return visit(guest).finally(() => guest.close());
}

/** Nothing works in the folder: opening it concludes the session, as aborted. */
async function concludeHere(context: Context, id: string): Promise<Session> {
  const remotes = createRemotes({ ...context, allowPrivate: false, policy: {} });
  const world = await openToWork(context, { remote: remotes, doing: `aborting ${id}` });
  try {
    return await findSession(world.ports, id);
  } finally {
    await world.close();
    await remotes.close();
  }
}
