/** `reeve harvesters`, with `show`, `add`, `change` and `delete`: the harvesters of a folder, or with `--api` those of a stack. */
import { remoteUrl } from '../../settings/url.ts';
import type { Api } from '../api.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { allHarvesters, findHarvester, latestIdOf, latestSessions, readSession } from '../find-over-api.ts';
import {
  changedSettings,
  isAnyTyped,
  newSettings,
  typedHarvester,
  type HarvesterFlags,
} from '../harvester-options.ts';
import { createOver, deleteOver, replaceOver, typeOver } from '../harvester-saving.ts';
import {
  scheduleOf,
  oneLineOf,
  printHarvester,
  printHarvesters,
  type HarvesterLine,
} from '../harvester-view.ts';
import { ReeveError } from '../../session/errors.ts';
import { countOf } from '../words.ts';

export async function listHarvesters({ screen }: Context, api: Api): Promise<ExitCode> {
  const harvesters = await allHarvesters(api);
  const latest = await latestSessions(api, harvesters);
  const lines = harvesters.map((harvester) => ({ harvester, session: latest.get(harvester.id) }));
  screen.document({ harvesters: lines.map(documentOf) });
  if (lines.length === 0)
    screen.print(
      `There are no harvesters yet. ${screen.paint('cyan', screen.command('harvesters add <url>'))} makes one.`,
    );
  else if (screen.quiet) for (const line of lines) screen.print(oneLineOf(line));
  else {
    printHarvesters(screen, lines);
    screen.print(countOf(lines.length, 'harvester'));
  }
  return EXIT.allOk;
}

/** To machines the session is a member of its own: its id alone says nothing of its outcome. */
function documentOf({ harvester, session }: HarvesterLine) {
  return { ...harvester, session: session ?? null };
}

export async function showHarvester({ screen }: Context, api: Api, typed: string): Promise<ExitCode> {
  const { harvester } = await findHarvester(api, typed);
  const id = latestIdOf(harvester);
  const line = { harvester, session: id === undefined ? undefined : await readSession(api, id) };
  screen.document(documentOf(line));
  if (screen.quiet) screen.print(oneLineOf(line));
  else printHarvester(screen, line);
  return EXIT.allOk;
}

export interface AddOptions extends HarvesterFlags {
  readonly url: string;
  readonly id: string | undefined;
}

export async function addHarvester(
  { screen }: Context,
  api: Api,
  { url: typedUrl, id, ...flags }: AddOptions,
): Promise<ExitCode> {
  const url = remoteUrl(typedUrl);
  const typed = typedHarvester(flags);
  const type = typed.type ?? (await typeOver(api, url));
  const { harvester, did } = await createOver(api, id, newSettings(typed, url, type));
  screen.document(harvester);
  const schedule = harvester.every === null ? '' : `, every ${scheduleOf(harvester)}`;
  screen.print(
    did === 'created'
      ? `Harvester ${harvester.id} was added: ${harvester.url} (${type})${schedule}.`
      : `Harvester ${harvester.id} was there already, and is as it was typed.`,
  );
  if (!screen.quiet)
    screen.print(
      `${screen.paint('bold', 'Next')}  ${screen.paint('cyan', screen.command(`harvest ${harvester.id}`))}`,
    );
  return EXIT.allOk;
}

export async function changeHarvester(
  { screen }: Context,
  api: Api,
  { harvester: typedId, ...flags }: HarvesterFlags & { readonly harvester: string },
): Promise<ExitCode> {
  if (!isAnyTyped(flags))
    throw new ReeveError(
      'InputInvalid',
      'Nothing to change was typed; allowed are --name, --url, --type, --every, --timezone, --set, --pace, --keep, --filter and --credentials',
    );
  const typed = typedHarvester(flags);
  const found = await findHarvester(api, typedId);
  const { harvester, differences, did } = await replaceOver(
    api,
    found,
    changedSettings(found.harvester, typed),
  );
  screen.document(harvester);
  if (did === 'kept') screen.print(`Harvester ${harvester.id} is so already: nothing was changed.`);
  else {
    screen.print(`Harvester ${harvester.id} was changed, from its next session on:`);
    for (const difference of differences) screen.print(`  ${difference}`);
  }
  return EXIT.allOk;
}

export async function deleteHarvester({ screen }: Context, api: Api, typed: string): Promise<ExitCode> {
  const { harvester } = await findHarvester(api, typed);
  await deleteOver(api, harvester.id);
  screen.document({ deleted: harvester.id });
  screen.print(`Harvester ${harvester.id} was deleted. Its sessions and records stay.`);
  return EXIT.allOk;
}
