/** Reads what was typed: `key=value` pairs, a harvester's pace. Every fault says which value and what is allowed. */
import type { HarvesterType } from '../harvesters/harvester.ts';
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_PACE, type Limits, type Pace } from '../session/limits.ts';
import { paceOf, settingsOf } from '../settings/harvester.ts';
import { didYouMean } from '../settings/nearest.ts';
import { shortened } from '../settings/shortened.ts';

/**
 * `key=value` pairs; the last one of a key counts.
 * @throws InputInvalid
 */
export function pairsOf(option: string, typed: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const text of typed) {
    const at = text.indexOf('=');
    if (at < 1)
      throw new ReeveError(
        'InputInvalid',
        `${option} ${JSON.stringify(shortened(text, 100))} is not valid; allowed is ${option} key=value`,
      );
    pairs.set(text.slice(0, at).trim(), text.slice(at + 1).trim());
  }
  return pairs;
}

/** The default pace, but for somebody who waits in front of a terminal for an abort. */
export const USUAL_PACE: Pace = { ...DEFAULT_PACE, abortSeconds: 10 };

/**
 * Reads `--pace key=value`, over what is `given` besides.
 * @throws InputInvalid
 */
export function typedPace(typed: readonly string[], limits: Limits, given: Partial<Pace> = {}): Pace {
  return paceOf({ ...USUAL_PACE, ...given, ...typedPaceParts(typed) }, limits);
}

/**
 * The parts of `--pace key=value` and no others; how they go together is not judged.
 * @throws InputInvalid
 */
export function typedPaceParts(typed: readonly string[]): Partial<Pace> {
  const known = new Map<string, unknown>(Object.entries(USUAL_PACE));
  const parts: Record<string, number | boolean> = {};
  for (const [name, value] of pairsOf('--pace', typed)) {
    const usual = known.get(name);
    if (usual === undefined) {
      throw new ReeveError(
        'InputInvalid',
        `--pace ${name} is not known; allowed are ${[...known.keys()].join(', ')}${didYouMean(name, known.keys())}`,
      );
    }
    parts[name] =
      typeof usual === 'boolean' ? typedBoolean(name, value) : typedNumber(`--pace ${name}`, value);
  }
  return parts;
}

function typedBoolean(name: string, value: string): boolean {
  if (value === 'true' || value === 'false') return value === 'true';
  throw new ReeveError(
    'InputInvalid',
    `--pace ${name} is ${JSON.stringify(value)}; allowed are true and false`,
  );
}

export function typedNumber(option: string, value: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new ReeveError(
    'InputInvalid',
    `${option} is ${JSON.stringify(shortened(value, 100))}; allowed is a number`,
  );
}

/** @throws InputInvalid */
export function typedCount(option: string, value: string, most: number): number {
  const count = typedNumber(option, value);
  if (Number.isInteger(count) && count >= 1 && count <= most) return count;
  throw new ReeveError('InputInvalid', `${option} is ${value}; allowed is a whole number from 1 to ${most}`);
}

/**
 * Reads `--set key=value` for a harvester type, over what is `given` besides. A value is JSON where it reads as JSON and the type wants that, else text.
 * @throws SettingsInvalid
 */
export function typedSettings(
  typed: readonly string[],
  type: HarvesterType,
  given: Readonly<Record<string, Json>> = {},
): Json {
  const pairs = pairsOf('--set', typed);
  const values: Record<string, Json> = {
    ...given,
    ...Object.fromEntries([...pairs].map(([name, value]) => [name, jsonOrText(value)])),
  };
  const misread = type.settings.safeParse(values).error?.issues ?? [];
  for (const issue of misread) {
    const name = String(issue.path[0]);
    const text = pairs.get(name);
    const wantsText = issue.code === 'invalid_type' && issue.expected === 'string' && issue.path.length === 1;
    if (wantsText && text !== undefined) values[name] = text;
  }
  return settingsOf(values, type);
}

function jsonOrText(value: string): Json {
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}
