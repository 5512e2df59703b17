/** `reeve resources [harvester]`: what is known of each resource of a remote: held, gone, not selected. */
import { isHeld, type Entry } from '../../ledger/entry.ts';
import { entriesOf } from '../../ledger/store.ts';
import { shortened } from '../../settings/shortened.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { oneHarvester } from '../find.ts';
import { RESOURCE_STATES, type ResourceState } from '../resource-states.ts';
import type { Style } from '../screen.ts';
import { table } from '../tables.ts';
import { isoTime, spokenNumber } from '../words.ts';
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
  { harvester: typed, state, limit, offset }: ResourcesOptions,
): Promise<ExitCode> {
  const harvester = await oneHarvester(ports, typed);
  const counts: Record<ResourceState, number> = { held: 0, gone: 0, 'not held': 0, 'not selected': 0 };
  const shown: Entry[] = [];
  let matching = 0;
  if (harvester.ledger !== undefined) {
    for await (const entry of entriesOf(ports, harvester.id, harvester.ledger)) {
      const is = stateOf(entry);
      counts[is] += 1;
      if (state !== undefined && state !== is) continue;
      if (matching >= offset && shown.length < limit) shown.push(entry);
      matching += 1;
    }
  }
  screen.document({ harvester: harvester.id, counts, matching, offset, resources: shown.map(viewOf) });
  const rows = shown.map((entry) => {
    const is = stateOf(entry);
    return [shortened(entry.id, 60), shortened(entry.title ?? '', 60), screen.paint(STYLES[is], is)];
  });
  if (rows.length > 0)
    screen.print(table(rows, { head: ['resource', 'title', 'is'], columns: screen.columns, flexible: 1 }));
  const rest = matching - offset - shown.length;
  if (rest > 0) screen.print(`and ${spokenNumber(rest)} more`);
  const parts = RESOURCE_STATES.filter((name) => counts[name] > 0).map(
    (name) => `${spokenNumber(counts[name])} ${name}`,
  );
  screen.print(
    `${harvester.id}: ${parts.length === 0 ? 'nothing is known of its resources yet' : parts.join(', ')}`,
  );
  return EXIT.allOk;
}

function stateOf(entry: Entry): ResourceState {
  if (isHeld(entry)) return entry.gone === undefined ? 'held' : 'gone';
  return entry.leftOut === true ? 'not selected' : 'not held';
}

function viewOf(entry: Entry) {
  return {
    id: entry.id,
    title: entry.title ?? null,
    is: stateOf(entry),
    version: entry.version ?? null,
    heldFromSession: entry.place?.session ?? null,
    goneSince: entry.gone === undefined ? null : isoTime(entry.gone.sinceAt),
    missingFromListings: entry.gone?.listings ?? 0,
  };
}
