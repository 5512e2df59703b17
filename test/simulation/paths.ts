/** The reference paths and payload templates of the Amazon States Language that the workflow uses, and a check that it uses no more. */
import type { StateMachine } from '../../lib/workflow/asl.ts';

export type Data = Readonly<Record<string, unknown>>;

/** What crosses a service is JSON: nothing is shared with the one who sent it. */
export function copyOf<T>(value: T): T {
  return typeof value === 'object' && value !== null ? (JSON.parse(JSON.stringify(value)) as T) : value;
}

const ITEM = '$$.Map.Item.Value';

/** `$`, `$.a`: the workflow needs no deeper ones. */
export function pathOf(path: string, data: Data): unknown {
  if (path === '$') return data;
  const name = /^\$\.(\w+)$/.exec(path)?.[1];
  if (name === undefined) throw new Error(`the simulated state machine does not know the path ${path}`);
  if (!(name in data)) throw new Error(`there is nothing at ${path} in ${JSON.stringify(data)}`);
  return data[name];
}

export function setAt(data: Data, path: string, value: unknown): Data {
  const name = /^\$\.(\w+)$/.exec(path)?.[1];
  if (name === undefined) throw new Error(`the simulated state machine does not know the path ${path}`);
  return { ...data, [name]: value };
}

/** A payload template: names that end in `.$` are paths, into the data or to the item of a Map. */
export function fill(template: Data, data: Data, item: unknown): Data {
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => {
      if (!name.endsWith('.$')) return [name, value];
      if (typeof value !== 'string') throw new Error(`${name} must be a path`);
      return [name.slice(0, -2), value === ITEM ? item : pathOf(value, data)];
    }),
  );
}

const KNOWN: Readonly<Record<string, readonly string[]>> = {
  Task: [
    'Type',
    'Comment',
    'Resource',
    'Parameters',
    'ResultPath',
    'TimeoutSeconds',
    'Retry',
    'Catch',
    'Next',
    'End',
  ],
  Choice: ['Type', 'Comment', 'Choices', 'Default'],
  Pass: ['Type', 'Comment', 'Result', 'End'],
  Map: [
    'Type',
    'Comment',
    'Label',
    'ItemsPath',
    'ItemSelector',
    'MaxConcurrencyPath',
    'ToleratedFailurePercentage',
    'ItemProcessor',
    'ResultPath',
    'Next',
    'Catch',
  ],
  Retry: [
    'ErrorEquals',
    'IntervalSeconds',
    'MaxAttempts',
    'BackoffRate',
    'MaxDelaySeconds',
    'JitterStrategy',
  ],
  Catch: ['ErrorEquals', 'ResultPath', 'Next'],
  Choices: ['Variable', 'StringEquals', 'BooleanEquals', 'Next'],
  Machine: ['Comment', 'StartAt', 'TimeoutSeconds', 'States'],
  Processor: ['ProcessorConfig', 'StartAt', 'States'],
};

/** @throws Error naming what the simulated state machine cannot run, so that it never runs something else instead */
export function assertKnown(machine: StateMachine): void {
  check('Machine', machine);
  checkStates(machine.States as Readonly<Record<string, Data>>);
}

function checkStates(states: Readonly<Record<string, Data>>): void {
  for (const state of Object.values(states)) {
    check(String(state['Type']), state);
    for (const part of ['Retry', 'Catch', 'Choices']) {
      for (const one of (state[part] ?? []) as readonly Data[]) check(part, one);
    }
    const processor = state['ItemProcessor'] as Data | undefined;
    if (processor === undefined) continue;
    check('Processor', processor);
    checkStates(processor['States'] as Readonly<Record<string, Data>>);
  }
}

function check(kind: string, value: object): void {
  const known = KNOWN[kind];
  if (known === undefined)
    throw new Error(`the simulated state machine does not know states of type ${kind}`);
  const unknown = Object.keys(value).filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`the simulated state machine does not know ${unknown.join(', ')} in ${kind}`);
}
