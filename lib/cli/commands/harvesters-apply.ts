/** `reeve harvesters apply <file>`: makes the harvesters of a stack be as a settings file says. Every call may be repeated. */
import { resolve } from 'node:path';
import pMap from 'p-map';
import { urlView } from '../../api/views.ts';
import { ReeveError, sentenceOf } from '../../session/errors.ts';
import type { Api } from '../api.ts';
import { parseAppliedFile, type GoodEntry } from '../applied-file.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { allHarvesters, ASKED_AT_ONCE, readHarvester } from '../find-over-api.ts';
import { planOf, stepFor, typeOf, type Step } from '../harvester-plan.ts';
import { createOver, deleteOver, replaceOver, typeOver } from '../harvester-saving.ts';
import type { Screen, Style } from '../screen.ts';
import { readSettingsText } from '../settings-reading.ts';
import { table } from '../tables.ts';
import { countOf } from '../words.ts';

export interface ApplyOptions {
  readonly file: string;
  readonly prune: boolean;
  readonly dryRun: boolean;
}

/** What became of one entry, or of one harvester that has none. */
interface Applied {
  readonly id: string;
  readonly did: 'created' | 'changed' | 'deleted' | 'kept' | 'failed' | 'not tried';
  /** In what it differs, or why it failed. */
  readonly what: readonly string[];
}

/** So many answers in a row that say "not now" are an API that is down: what is left would only wait for the same. */
const NOT_NOW_MAX = 5;
const DONE = {
  create: 'created',
  change: 'changed',
  delete: 'deleted',
  keep: 'kept',
  refuse: 'failed',
} as const;

export async function applyFile(
  context: Context,
  api: Api,
  { file, prune, dryRun }: ApplyOptions,
): Promise<ExitCode> {
  const { screen, limits } = context;
  const path = resolve(file);
  const { entries, hasPolicy } = parseAppliedFile(await readSettingsText(path), path, limits);
  const { steps, pruneRefused } = planOf(entries, await allHarvesters(api), { prune });
  if (hasPolicy)
    screen.note(
      'remotePolicy of the file is not applied: a stack has the one that it was deployed with, serve that of its own settings file.',
    );
  if (pruneRefused !== undefined) screen.warn(`${pruneRefused}.`);
  const applied = dryRun
    ? steps.map(({ does, id, what }): Applied => ({ id, did: DONE[does], what }))
    : await carryOut(api, steps);
  tell(screen, applied, { dryRun, pruneRefused });
  const isWhole = applied.every(({ did }) => did !== 'failed' && did !== 'not tried');
  return isWhole && pruneRefused === undefined ? EXIT.allOk : EXIT.notAllOk;
}

/** What is there first; what is too much goes last. */
async function carryOut(api: Api, steps: readonly Step[]): Promise<Applied[]> {
  let notNow = 0;
  const one = async (step: Step): Promise<Applied> => {
    const { id, what } = step;
    if (step.does === 'refuse' || step.does === 'keep') return { id, did: DONE[step.does], what };
    if (notNow >= NOT_NOW_MAX) return { id, did: 'not tried', what: [`${api.where} cannot be asked now`] };
    try {
      const applied = step.does === 'delete' ? await removed(api, step) : await ensured(api, step.entry);
      notNow = 0;
      return applied;
    } catch (error) {
      const isDown = error instanceof ReeveError && error.name === 'StoreBusy';
      notNow = isDown ? notNow + 1 : 0;
      return { id, did: 'failed', what: [messageOf(error)] };
    }
  };
  const concurrency = ASKED_AT_ONCE;
  const isLast = ({ does }: Step): boolean => does === 'delete';
  return [
    ...(await pMap(
      steps.filter((step) => !isLast(step)),
      one,
      { concurrency },
    )),
    ...(await pMap(steps.filter(isLast), one, { concurrency })),
  ];
}

/** What is wrong with one entry is told with all its lines; a defect has one. */
function messageOf(error: unknown): string {
  return error instanceof ReeveError ? error.message : sentenceOf(error);
}

/** Judged on what is there now: the plan may be old. */
async function ensured(api: Api, entry: GoodEntry): Promise<Applied> {
  const { id } = entry;
  const found = await readHarvester(api, id);
  const step = stepFor(entry, found?.harvester);
  if (step.does === 'keep' || step.does === 'refuse') return { id, did: DONE[step.does], what: step.what };
  const type = typeOf(entry, found?.harvester) ?? (await typeOver(api, entry.settings.url));
  const settings = { ...entry.settings, type };
  const { did, differences } =
    found === undefined ? await createOver(api, id, settings) : await replaceOver(api, found, settings);
  if (did === 'created') return { id, did, what: [`${urlView(entry.settings.url)} (${type})`] };
  return { id, did, what: differences.length > 0 || did === 'kept' ? differences : step.what };
}

async function removed(api: Api, { id, what }: Step): Promise<Applied> {
  const deleted: Applied = { id, did: 'deleted', what };
  return deleteOver(api, id).then(
    () => deleted,
    (error: unknown) => {
      if (error instanceof ReeveError && error.name === 'NotFound') return deleted;
      throw error;
    },
  );
}

const STYLES: Readonly<Record<Applied['did'], Style>> = {
  created: 'green',
  changed: 'yellow',
  deleted: 'red',
  kept: 'dim',
  failed: 'red',
  'not tried': 'red',
};
const WORDS = { kept: 'as they were', failed: 'failed' } as const;

function tell(
  screen: Screen,
  applied: readonly Applied[],
  { dryRun, pruneRefused }: { dryRun: boolean; pruneRefused: string | undefined },
): void {
  const names = Object.keys(STYLES) as Applied['did'][];
  const counts = new Map(names.map((did) => [did, applied.filter((one) => one.did === did).length]));
  screen.document({
    dryRun,
    counts: Object.fromEntries(counts),
    pruneRefused: pruneRefused ?? null,
    harvesters: applied,
  });
  const rows = applied
    .filter(({ did }) => did !== 'kept')
    .map(({ id, did, what }) => [id, screen.paint(STYLES[did], spoken(did, dryRun)), what.join('\n')]);
  if (rows.length > 0 && !screen.quiet)
    screen.print(table(rows, { head: ['harvester', 'is', 'what'], columns: screen.columns, flexible: 2 }));
  const parts = names
    .filter((did) => (counts.get(did) ?? 0) > 0)
    .map((did) => `${counts.get(did) ?? 0} ${spoken(did, dryRun)}`);
  const said = `${countOf(applied.length, 'harvester')}: ${parts.join(', ')}`;
  screen.print(dryRun ? `A dry run: nothing was changed. ${said}.` : `${said}.`);
}

/** A dry run says what would be. */
function spoken(did: Applied['did'], dryRun: boolean): string {
  if (did === 'kept') return WORDS.kept;
  if (did === 'failed') return dryRun ? 'not valid' : WORDS.failed;
  return dryRun ? `to be ${did}` : did;
}
