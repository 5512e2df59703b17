/** Turns what a schema found into sentences: where, which value, what is allowed. */
import * as z from 'zod/mini';
import './english.ts';
import { didYouMean } from './nearest.ts';
import { shortened } from './shortened.ts';

const FAULTS_MAX = 20;
const VALUE_CHARS_MAX = 60;

/** An object of these members and no others; a member that is not known is told with the ones that are. */
export function closedObject<Shape extends z.core.$ZodShape>(
  shape: Shape,
): z.ZodMiniObject<Shape, z.core.$strict> {
  const names = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? unknownMembers((issue as unknown as { keys: string[] }).keys, names)
        : undefined,
  });
}

function unknownMembers(unknown: readonly string[], names: readonly string[]): string {
  const meant = unknown.map((name) => didYouMean(name, names)).find((words) => words !== '') ?? '';
  const allowed = names.length === 0 ? 'allowed is an empty object' : `allowed are ${names.join(', ')}`;
  return `it has ${unknown.map((name) => `"${name}"`).join(' and ')}; ${allowed}${meant}`;
}

/**
 * One part of a sentence per fault; `input` is what was parsed.
 * @param names the members of the object that was parsed, where its schema does not tell them by itself
 */
export function faultsOf(error: z.core.$ZodError, input: unknown, names?: readonly string[]): string[] {
  return error.issues.slice(0, FAULTS_MAX).map((issue) => {
    const path = issue.path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('');
    const where = path.replace(/^\./, '');
    if (issue.code === 'unrecognized_keys' && where === '' && names !== undefined)
      return unknownMembers(issue.keys, names);
    if (issue.code === 'unrecognized_keys')
      return where === '' ? issue.message : `${where}: ${issue.message}`;
    const value = valueAt(input, issue.path);
    const allowed = issue.message
      .replace(/^Invalid input: expected (.*), received .*$/, 'allowed is a $1')
      .replace(/ a (array|object|int)/, ' an $1');
    return value === undefined
      ? `${where === '' ? 'it' : where} is missing; ${allowed}`
      : `${where === '' ? 'it' : where} is ${shown(value)}; ${allowed}`;
  });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

function shown(value: unknown): string {
  return shortened(JSON.stringify(value), VALUE_CHARS_MAX);
}
