/** `reeve resources [harvester]`: what is known of each resource of a remote: held, gone, not selected. */
import type { Entry } from '../../ledger/entry.ts';
import { heldView, type HeldView } from '../../ledger/state.ts';
import { entriesOf } from '../../ledger/store.ts';
import { RESOURCE_STATES, type ResourceState } from '../../resources.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { oneHarvester } from '../find.ts';
import type { Screen, Style } from '../screen.ts';
import { table } from '../tables.ts';
import { spokenNumber } from '../words.ts';
import type { LookPorts } from '../world.ts';

export interface ResourcesOptions {
  readonly harvester: string | undefined;
  readonly state: ResourceState | undefined;
  readonly limit: number;
  readonly offset: number;
}

const STYLES: Readonly<Record<ResourceState, Style>> = {
  held: 'green',
  gone: 'red',
  'not held': 'yellow',
  'not selected': 'dim',
};

export async function listResources(
  { screen }: Context,
  { ports }: LookPorts,
  { harvester: typed, ...asked }: ResourcesOptions,
): Promise<ExitCode> {
  const { id, ledger } = await oneHarvester(ports, typed);
  return tellHeld(screen, id, ledger === undefined ? nothing() : heldIn(entriesOf(ports, id, ledger)), asked);
}

async function* nothing(): AsyncGenerator<never> {
  // No session has closed yet.
}

async function* heldIn(entries: AsyncIterable<Entry>): AsyncGenerator<HeldView> {
  for await (const entry of entries) yield heldView(entry);
}

/** Goes through all of them; holds only what is shown. */
export async function tellHeld(
  screen: Screen,
  harvester: string,
  resources: AsyncIterable<HeldView>,
  { state, limit, offset }: Omit<ResourcesOptions, 'harvester'>,
): Promise<ExitCode> {
  const counts: Record<ResourceState, number> = { held: 0, gone: 0, 'not held': 0, 'not selected': 0 };
  const shown: HeldView[] = [];
  let matching = 0;
  for await (const resource of resources) {
    counts[resource.is] += 1;
    if (state !== undefined && state !== resource.is) continue;
    if (matching >= offset && shown.length < limit) shown.push(resource);
    matching += 1;
  }
  screen.document({ harvester, counts, matching, offset, resources: shown });
  const rows = shown.map(({ id, title, is }) => [
    shortened(id, 60),
    shortened(title ?? '', 60),
    screen.paint(STYLES[is], is),
  ]);
  if (rows.length > 0)
    screen.print(table(rows, { head: ['resource', 'title', 'is'], columns: screen.columns, flexible: 1 }));
  const rest = matching - offset - shown.length;
  if (rest > 0) screen.print(`and ${spokenNumber(rest)} more`);
  const parts = RESOURCE_STATES.filter((name) => counts[name] > 0).map(
    (name) => `${spokenNumber(counts[name])} ${name}`,
  );
  screen.print(
    `${harvester}: ${parts.length === 0 ? 'nothing is known of its resources yet' : parts.join(', ')}`,
  );
  return EXIT.allOk;
}
