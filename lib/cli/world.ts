/** Opens the folder: to work in it, which concludes first what an earlier run left open, or only to look. */
import { stat } from 'node:fs/promises';
import { openEmbedded, type Embedded } from '../local/embedded/embedded.ts';
import { folderAt } from '../local/embedded/folder.ts';
import { openGuest, type Guest } from '../local/embedded/guest.ts';
import type { Handlers } from '../local/embedded/invoke.ts';
import type { Addresses, Ports, Remote } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import type { Session } from '../session/session.ts';
import type { Context } from './context.ts';
import { spokenCounts } from './summary.ts';

/** All that commands need that only look. */
export interface LookPorts {
  readonly ports: Pick<Ports, 'sessions' | 'harvesters' | 'batches' | 'records'>;
}

/** @throws Conflict when another process works in the folder, FolderUnusable */
export async function openToWork(
  context: Context,
  {
    doing,
    handlers,
    ...more
  }: {
    remote: Remote;
    doing: string;
    handlers?: Handlers;
    addresses?: Addresses;
  },
): Promise<Embedded> {
  const { folder, limits, log } = context;
  const leftOpen: string[] = [];
  const stopListening = log.listen((message, fields) => {
    if (message.startsWith('an earlier process left') && Array.isArray(fields['sessions']))
      leftOpen.push(...(fields['sessions'] as string[]));
  });
  try {
    const world = await openEmbedded({
      folder,
      limits,
      handlers: handlers ?? (await context.handlers()),
      ...more,
      log,
      doing,
    });
    for (const id of leftOpen) tellRescued(context, await world.ports.sessions.read(id));
    return world;
  } finally {
    stopListening();
  }
}

function tellRescued({ screen }: Context, session: Session | undefined): void {
  if (session?.conclusion === undefined) return;
  const { failed, skipped, lost } = session.conclusion.counts;
  const rest =
    failed + skipped + lost > 0 ? ` ${screen.command(`retry ${session.id}`)} fetches the rest.` : '';
  const counts = spokenCounts(session.conclusion.counts);
  screen.warn(`Session ${session.id} of an earlier run was concluded: ${counts}.${rest}`);
}

/**
 * Also while another process works in the folder.
 * @throws NotFound when there is no such folder, Conflict | FolderUnusable when it cannot be read
 */
export async function openToLook({ folder, log, screen }: Context): Promise<Guest> {
  // Any other folder is left as it is.
  if (!(await isFolder({ folder }))) {
    throw new ReeveError(
      'NotFound',
      `There are no sessions in ${folder}: nothing was harvested here; ${screen.command('harvest <url>')} makes it, --data names another`,
    );
  }
  return openGuest(folder, { log });
}

/** Whether anything was ever kept there. */
export async function isFolder({ folder }: Pick<Context, 'folder'>): Promise<boolean> {
  return (await stat(folderAt(folder).table).catch(() => undefined)) !== undefined;
}
