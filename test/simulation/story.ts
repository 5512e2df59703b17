/** Tells a run in sentences: what was unusual, what came of it, and which promise broke, each with its virtual time. */
import { BEGIN } from './clock.ts';
import type { Scenario, UserStep } from './scenario.ts';
import type { Run } from './simulate.ts';

const ORDINALS = ['0th', '1st', '2nd', '3rd'] as const;

function nth(count: string): string {
  return ORDINALS[Number(count)] ?? `${count}th`;
}

/** One deviation as a sentence. `label` is the name of the choice: see where it is made. */
export function sayDeviation(label: string, option: string): string {
  return `** ${sentenceOf(label, option)}`;
}

function sentenceOf(label: string, option: string): string {
  const order = /^(\S+) (\S+) (\d+) waits/.exec(label);
  if (order) {
    const [, process = '', call = '', count = ''] = order;
    const what = option === 'time first' ? 'time passes' : 'another call goes first';
    return `while ${process} waits for its ${nth(count)} ${call}, ${what}`;
  }
  const call = /^(\S+\.\d+) (\w+\.\w+) (\d+)(.*)$/.exec(label);
  if (call) {
    const [, process = '', method = '', count = '', more = ''] = call;
    if (more !== '') return `what ${process} had under way (${method})${more}, ${option}`;
    return sayFate(process, `its ${nth(count)} ${method}`, option);
  }
  const deployment = /^deployment before ([^:]+)(?:: (.+))?$/.exec(label);
  if (deployment) {
    const [, what = '', part] = deployment;
    return part === undefined ? `${option} comes before ${what}` : `of that deployment: ${part}: ${option}`;
  }
  const clock = /^(\S+) clock$/.exec(label);
  if (clock) return `the clock of ${clock[1] ?? ''} is ${option}`;
  return `${label}: ${option}`;
}

function sayFate(process: string, call: string, fate: string): string {
  if (fate.startsWith('killed')) return `${process} is ${fate} ${call}`;
  if (fate.startsWith('stalls')) return `${process} ${fate} after ${call}`;
  if (fate === 'outage') return `an outage of 1,200 s begins with ${call} of ${process}`;
  if (fate === 'the index lags' || fate === 'it cannot be seen yet')
    return `${process} makes ${call}: ${fate}`;
  return `${process} makes ${call}, and it ${fate}`;
}

export interface Told {
  readonly scenario: Scenario;
  readonly run: Run;
}

/** The whole story, one line an event; long session ids are shortened to s1, s2 ... */
export function tellStory({ scenario, run }: Told): string {
  const names = shortNames(run);
  const short = (text: string): string => {
    let said = text;
    for (const [id, name] of names) said = said.replaceAll(id, name);
    return said;
  };
  const lines = [
    ...scenario.remotes.map((remote) => `remote ${JSON.stringify(remote)}`),
    ...(scenario.limits === undefined ? [] : [`limits ${JSON.stringify(scenario.limits)}`]),
    ...(scenario.missing === undefined ? [] : [`missing: ${scenario.missing.join(', ')}`]),
    ...scenario.users.map(sayUser),
    ...[...names].map(([id, name]) => `${name} is session ${id}`),
    '',
    ...run.story.map(({ at, text }) => `${((at - BEGIN) / 1_000).toFixed(3).padStart(10)} s  ${short(text)}`),
  ];
  return lines.join('\n');
}

function shortNames(run: Run): Map<string, string> {
  const ids = run.story.flatMap(({ text }) => /^session (\S+) is opened$/.exec(text)?.[1] ?? []);
  return new Map([...new Set(ids)].map((id, index) => [id, `s${index + 1}`]));
}

function sayUser({ when, does, harvester, key }: UserStep): string {
  const moment = 'seconds' in when ? `at ${when.seconds} s` : `after ${when.calls} port calls`;
  return `a user, ${moment}: ${does} ${harvester}${key === undefined ? '' : ` with key ${key}`}`;
}
