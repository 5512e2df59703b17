/** `reeve harvest --dry-run`: the same session in a folder that is thrown away, and what it would have changed of what is held. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Embedded } from '../../local/embedded/embedded.ts';
import { CHANGES, compareLedgers, type Change, type Changed, type Compared } from '../../ledger/compare.ts';
import type { Ports } from '../../ports.ts';
import { ledgerPrefix } from '../../session/names.ts';
import type { LedgerPointer, Session } from '../../session/session.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Context } from '../context.ts';
import type { ExitCode } from '../exit-codes.ts';
import type { Style } from '../screen.ts';
import { sessionView } from '../session-view.ts';
import { heading, remarksOn } from '../summary.ts';
import { countOf, spokenNumber } from '../words.ts';
import { isFolder, openToLook } from '../world.ts';
import { harvest, type HarvestOptions } from './harvest.ts';

const SHOWN_OF_EACH = 10;
const WORDS: Readonly<Record<Change, string>> = {
  new: 'new',
  changed: 'changed',
  restored: 'back again',
  gone: 'gone from the remote: would get a tombstone',
  removed: 'gone for its time of grace: would be removed',
};
const STYLES: Readonly<Record<Change, Style>> = {
  new: 'green',
  changed: 'yellow',
  restored: 'green',
  gone: 'red',
  removed: 'red',
};

/** Nothing is written to the folder: neither records, nor a session, nor the harvester's settings. */
export async function dryRun(context: Context, options: HarvestOptions): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), 'reeve-dry-run-'));
  let before: LedgerPointer | undefined;
  try {
    return await harvest(context, options, {
      folder,
      prepare: async (world, id) => {
        before = await copyHeld(context, world, id);
      },
      tell: async (world, session) => {
        await looking(context, async (ports) =>
          tell(context, session, await compare(ports, world, session, before)),
        );
      },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is held, for as long as `use` looks at it; nothing where nothing was ever harvested. */
async function looking<T>(
  context: Context,
  use: (ports: Pick<Ports, 'harvesters' | 'records'> | undefined) => Promise<T>,
): Promise<T> {
  if (!(await isFolder(context))) return use(undefined);
  const world = await openToLook(context);
  return use(world.ports).finally(() => world.close());
}

/** Gives the throw-away folder the harvester as it is, with what it holds. */
async function copyHeld(
  context: Context,
  world: Embedded,
  harvesterId: string,
): Promise<LedgerPointer | undefined> {
  return looking(context, async (ports) => {
    const harvester = await ports?.harvesters.read(harvesterId);
    if (ports === undefined || harvester === undefined) return undefined;
    const { ledger, keeping } = harvester;
    const prefixes = [ledger && ledgerPrefix(harvesterId, ledger.sessionId), keeping.choices];
    for (const prefix of prefixes) if (prefix !== undefined) await copyAll(ports, world.ports, prefix);
    await world.ports.harvesters.create({ ...harvester, lease: undefined, revision: 1 });
    return ledger;
  });
}

async function copyAll(
  from: Pick<Ports, 'records'>,
  to: Pick<Ports, 'records'>,
  prefix: string,
): Promise<void> {
  let cursor: string | undefined;
  do {
    const page = await from.records.list(prefix, cursor);
    for (const key of page.values) {
      const bytes = await from.records.read(key);
      if (bytes !== undefined) await to.records.put(key, bytes);
    }
    cursor = page.cursor;
  } while (cursor !== undefined);
}

async function compare(
  ports: Pick<Ports, 'records'> | undefined,
  world: Embedded,
  { harvesterId }: Session,
  before: LedgerPointer | undefined,
): Promise<Compared> {
  const after = (await world.ports.harvesters.read(harvesterId))?.ledger;
  return compareLedgers(
    { ports: ports ?? world.ports, harvesterId, ledger: ports && before },
    { ports: world.ports, harvesterId, ledger: after },
  );
}

function tell(
  { screen, folder }: Context,
  session: Session,
  { changes, unchanged }: Compared,
): Promise<void> {
  const view = sessionView(session, folder);
  screen.document({ dryRun: true, session: view, unchanged, changes });
  screen.print(heading(view, screen.paint));
  screen.print(`A dry run: nothing was written. ${view.cause}`.trim());
  screen.print();
  for (const change of CHANGES) {
    const these = changes.filter((one) => one.change === change);
    if (these.length > 0)
      screen.print(screen.paint(STYLES[change], `${spokenNumber(these.length)} ${WORDS[change]}`));
    for (const one of these.slice(0, SHOWN_OF_EACH)) screen.print(`  ${nameOf(one)}`);
    if (these.length > SHOWN_OF_EACH)
      screen.print(`  and ${spokenNumber(these.length - SHOWN_OF_EACH)} more`);
  }
  screen.print(`${countOf(unchanged, 'record')} unchanged`);
  const failed = view.counts?.failed ?? 0;
  if (failed > 0) screen.print(`${countOf(failed, 'resource')} failed`);
  for (const remark of remarksOn(view)) screen.print(`${screen.paint('yellow', 'Warning')}  ${remark}`);
  return Promise.resolve();
}

function nameOf({ id, title }: Changed): string {
  return title === undefined ? shortened(id, 100) : `${shortened(title, 60)}  (${shortened(id, 60)})`;
}
