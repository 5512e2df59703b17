/** What a person is told at the end of a session: how it ended, the numbers, why resources failed, where the records lie, what to do next. */
import { relative } from 'node:path';
import type { Counts, SessionStatus } from '../session/session.ts';
import type { Screen, Style } from './screen.ts';
import type { SessionView } from './session-view.ts';
import { table } from './tables.ts';
import { shortened } from '../settings/shortened.ts';
import { countOf, spokenDuration, spokenNumber, spokenTime, wrapped } from './words.ts';

export type Paint = Screen['paint'];

const REASONS_SHOWN = 5;
const REASON_INDENT = 11;

export function styleOf(status: SessionStatus): Style {
  switch (status) {
    case 'finished-all-ok':
      return 'green';
    case 'finished-all-failed':
      return 'red';
    case 'finished-some-failed':
    case 'aborted':
    case 'aborting':
      return 'yellow';
    case 'pending':
    case 'on-going':
      return 'cyan';
  }
}

/** Prints a session that is over. */
export function printSummary(
  screen: Screen,
  view: SessionView,
  hints: readonly (readonly [command: string, does: string])[],
): void {
  if (screen.quiet) {
    screen.print(oneLine(view));
    return;
  }
  screen.print(heading(view, screen.paint));
  if (view.cause !== '') screen.print(view.cause);
  screen.print();
  if (view.counts && view.counts.total > 0) screen.print(countsTable(view.counts, screen.paint));
  printReasons(screen, view);
  for (const warning of remarksOn(view)) screen.print(`${screen.paint('yellow', 'Warning')}  ${warning}`);
  const held = heldLine(view);
  if (held !== '') screen.print(`${screen.paint('bold', 'Held')}     ${held}`);
  if (view.counts && view.counts.harvested > 0)
    screen.print(`${screen.paint('bold', 'Records')}  ${shownPath(view.records)}`);
  hints.forEach(([command, does], index) => {
    const title = index === 0 ? screen.paint('bold', 'Next   ') : '       ';
    screen.print(
      `${title}  ${screen.paint('cyan', screen.command(command))}\n           ${screen.paint('dim', does)}`,
    );
  });
}

/** What was odd about the listing. */
export function remarksOn({ warnings, duplicates, difference }: SessionView): string[] {
  const refused = difference?.goneRefused;
  const remarks = refused === undefined ? [...warnings] : [...warnings, refused];
  if (duplicates === 0) return remarks;
  return [
    ...remarks,
    `${countOf(duplicates, 'resource')} came more than once in the listing, and ${duplicates === 1 ? 'was' : 'were'} taken once`,
  ];
}

/** `41 records: 2 new, 1 changed, 1 gone (tombstone)`; nothing for a session that changed nothing. */
export function heldLine({ difference, notSelected }: SessionView): string {
  if (difference === null) return '';
  const parts = (
    [
      ['new', 'new'],
      ['changed', 'changed'],
      ['restored', 'back again'],
      ['gone', 'gone from the remote, kept for their time of grace'],
      ['removed', 'removed'],
    ] as const
  )
    .filter(([name]) => difference[name] > 0)
    .map(([name, words]) => `${spokenNumber(difference[name])} ${words}`);
  if (notSelected > 0) parts.push(`${countOf(notSelected, 'other resource')} not selected`);
  const held = countOf(difference.held, 'record');
  return parts.length === 0 ? held : `${held}: ${parts.join(', ')}`;
}

/** `20260101-000000-abc finished-some-failed: 97 harvested, 3 failed` */
export function oneLine(view: SessionView): string {
  return `${view.id} ${view.status}: ${view.counts ? spokenCounts(view.counts) : 'not counted yet'}`;
}

/** `97 harvested, 3 failed`: what is not there is not said. */
export function spokenCounts(counts: Counts): string {
  const parts = (['harvested', 'unchanged', 'failed', 'skipped', 'lost'] as const)
    .filter((name) => counts[name] > 0)
    .map((name) => `${spokenNumber(counts[name])} ${name}`);
  return parts.length === 0 ? 'no resources' : parts.join(', ');
}

export function heading(view: SessionView, paint: Paint): string {
  const took =
    view.concludedAt === null
      ? `since ${spokenTime(Date.parse(view.startedAt))}`
      : `in ${spokenDuration(Date.parse(view.concludedAt) - Date.parse(view.startedAt))}`;
  const by =
    view.finalizedBy === null || view.finalizedBy === 'workflow'
      ? ''
      : `, concluded by the ${view.finalizedBy}`;
  return `Session ${paint('bold', view.id)} ${paint(styleOf(view.status), view.status)} ${took}${by}`;
}

export function countsTable(counts: Counts, paint: Paint): string {
  const styled = (name: keyof Counts, style: Style): string =>
    counts[name] === 0 ? spokenNumber(0) : paint(style, spokenNumber(counts[name]));
  const row = [
    styled('harvested', 'green'),
    styled('unchanged', 'green'),
    styled('failed', 'red'),
    styled('skipped', 'yellow'),
    styled('lost', 'red'),
    spokenNumber(counts.total),
  ];
  return table([row], {
    head: ['harvested', 'unchanged', 'failed', 'skipped', 'lost', 'total'],
    right: [0, 1, 2, 3, 4, 5],
  });
}

export function printReasons(screen: Screen, view: SessionView): void {
  if (view.reasons.length === 0) return;
  screen.print(screen.paint('bold', 'Why resources failed'));
  for (const { reason, count, example } of view.reasons.slice(0, REASONS_SHOWN)) {
    const shown = reason.includes(example) ? reason : `${reason} (such as ${shortened(example, 60)})`;
    const lines = wrapped(shown, screen.columns - REASON_INDENT).replaceAll(
      '\n',
      `\n${' '.repeat(REASON_INDENT)}`,
    );
    screen.print(`${spokenNumber(count).padStart(REASON_INDENT - 4)} ×  ${lines}`);
  }
  const rest = view.reasons.length - REASONS_SHOWN;
  if (rest > 0) screen.print(`and ${countOf(rest, 'other reason')}`);
}

/** Relative where that is shorter. */
export function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near !== '' && near.length < path.length ? near : path;
}
