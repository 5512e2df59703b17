/** `reeve resources <session>`: what became of each resource of a session, by outcome. */
import { ReeveError } from '../../session/errors.ts';
import { resourcesOf } from '../../resources.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findHarvester, lookForHarvester, newestOf, sessionsOf } from '../find.ts';
import { collectLines, type Found, type LinesAsked } from '../resource-lines.ts';
import type { Screen } from '../screen.ts';
import { sessionView, type SessionView } from '../session-view.ts';
import { oneLine, spokenCounts } from '../summary.ts';
import { spokenNumber } from '../words.ts';
import type { LookPorts } from '../world.ts';
import { printResources } from './show.ts';

/** @throws NotFound naming the nearest harvesters */
export async function listSessionResources(
  context: Context,
  { ports }: LookPorts,
  { what, ...asked }: LinesAsked & { readonly what: string | undefined },
): Promise<ExitCode> {
  const { screen, folder } = context;
  const named = what === undefined ? await newestOf(ports, screen) : await ports.sessions.read(what);
  const session = named ?? (await newestOfHarvester(ports, what ?? ''));
  printSessionResources(
    screen,
    sessionView(session, folder),
    await collectLines(resourcesOf(ports, session), asked),
    asked,
  );
  return EXIT.allOk;
}

async function newestOfHarvester(ports: LookPorts['ports'], typed: string) {
  const { id } = (await lookForHarvester(ports, typed)) ?? (await findHarvester(ports, typed));
  const newest = await sessionsOf(ports, id).next();
  if (newest.done !== true) return newest.value;
  throw noSessionYet(id);
}

export function noSessionYet(harvester: string): ReeveError {
  return new ReeveError('NotFound', `Harvester ${harvester} has no session yet`);
}

export function printSessionResources(
  screen: Screen,
  view: SessionView,
  found: Found,
  asked: LinesAsked,
): void {
  const { page, matching, counts } = found;
  const { outcome = 'all', limit, offset } = asked;
  screen.document({
    session: view.id,
    harvester: view.harvester,
    status: view.status,
    counts: view.counts,
    outcome,
    matching,
    offset,
    limit,
    resources: page,
  });
  if (screen.quiet) for (const line of page) screen.print(`${line.outcome} ${line.id}`);
  else printResources(screen, found, { id: view.id, outcome, limit, offset }, 'resources');
  if (view.counts !== null) screen.print(oneLine(view));
  else {
    const { 'under way': underWay, ...reported } = counts;
    const far = spokenCounts({ ...reported, total: matching });
    screen.print(`${view.id} ${view.status}: so far ${far}, ${spokenNumber(underWay)} under way`);
  }
}
