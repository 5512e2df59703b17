/** `reeve retry <session>`: a new session of only what failed, was skipped or was lost in an earlier one. */
import { ReeveError } from '../../session/errors.ts';
import type { Harvester, Session } from '../../session/session.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findSession, newestOf } from '../find.ts';
import { saveHarvester } from '../harvester-setup.ts';
import { catchInterrupts } from '../interrupts.ts';
import { typedPace } from '../options.ts';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { openToWork } from '../world.ts';
import { typedPolicy, type RemoteOptionTexts } from '../remote-options.ts';
import { createRemotes } from '../remotes.ts';
import { runSession } from '../run-session.ts';
import { isSampleHarvester, openSample } from '../sample.ts';
import { sessionView } from '../session-view.ts';

export interface RetryOptions extends Pick<RemoteOptionTexts, 'remotePolicy'> {
  /** Absent: the newest session. */
  readonly id: string | undefined;
  readonly pace: readonly string[];
}

export async function retry(context: Context, { id, pace, remotePolicy }: RetryOptions): Promise<ExitCode> {
  const policy = typedPolicy(remotePolicy);
  const interrupts = catchInterrupts(context.signals, context.quit);
  const remotes = createRemotes({ ...context, policy });
  const closing: (() => Promise<void>)[] = [() => remotes.close()];
  try {
    const world = await openToWork(context, {
      remote: remotes,
      doing: `retrying ${id ?? 'the newest session'}`,
    });
    closing.unshift(() => world.close());
    const session =
      id === undefined ? await newestOf(world.ports, context.screen) : await findSession(world.ports, id);
    if (nothingToRetry(session)) return tellNothing(context, session);
    const harvester = await world.ports.harvesters.read(session.harvesterId);
    if (harvester === undefined)
      throw new ReeveError(
        'NotFound',
        `The harvester ${session.harvesterId} of session ${session.id} is gone`,
      );
    const sample = isSampleHarvester(harvester.id)
      ? await openSample(context.screen, harvester.remote.type)
      : undefined;
    if (sample) closing.push(() => sample.close());
    const changed = await asTyped(context, world, { harvester, pace, url: sample?.url });
    await remotes.grant(changed.remote.url, changed.pace, changed.remote.credentials);
    return await runSession(context, world, { harvester: harvester.id, retryOf: session.id, interrupts });
  } finally {
    interrupts.release();
    for (const close of closing) await close();
  }
}

function nothingToRetry({ closedAt, conclusion }: Session): boolean {
  const counts = conclusion?.counts;
  return closedAt !== undefined && counts !== undefined && counts.failed + counts.skipped + counts.lost === 0;
}

function tellNothing({ screen, folder }: Context, session: Session): ExitCode {
  screen.document(sessionView(session, folder));
  const incomplete = session.listing.complete
    ? ''
    : ' Its listing was not complete: harvest the remote again to see what it missed.';
  screen.print(
    `There is nothing to retry: in session ${session.id} nothing failed, was skipped or was lost.${incomplete}`,
  );
  return EXIT.allOk;
}

/** The harvester with the pace that was typed now, and the sample remote where it is now. */
async function asTyped(
  { limits }: Context,
  world: Embedded,
  { harvester, pace, url }: { harvester: Harvester; pace: readonly string[]; url: string | undefined },
): Promise<Harvester> {
  const { id, name, remote } = harvester;
  return saveHarvester(world.ports, {
    id,
    name,
    ...remote,
    url: url ?? remote.url,
    pace: typedPace(pace, limits, harvester.pace),
  });
}
