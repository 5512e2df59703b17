/** The environment of a Lambda, read once and in one place. */
import type { PortName } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_LIMITS, faultsOfLimits, type Limits } from '../session/limits.ts';
import {
  COMMON_VARIABLES,
  VARIABLES_OF_PORT,
  type CommonVariable,
  type PortVariable,
  type VariableOf,
} from './variables.ts';

export type EnvironmentOf<P extends PortName> = Readonly<Record<VariableOf<P>, string>>;
export type LambdaEnvironment = Readonly<
  Record<CommonVariable, string> & Partial<Record<PortVariable, string>>
>;

/** @throws SettingsInvalid naming every variable that the ports need and the environment lacks */
export function readEnvironment(
  uses: readonly PortName[],
  source: Readonly<Record<string, string | undefined>>,
): LambdaEnvironment {
  const names = new Set([...COMMON_VARIABLES, ...uses.flatMap((port) => VARIABLES_OF_PORT[port])]);
  const values = [...names].map((name) => [name, source[name]] as const);
  const missing = values.filter(([, value]) => value === undefined || value === '').map(([name]) => name);
  if (missing.length > 0) {
    throw new ReeveError(
      'SettingsInvalid',
      `The environment lacks ${missing.join(', ')}; the stack sets what the ports ${uses.join(', ')} need`,
    );
  }
  return Object.fromEntries(values) as LambdaEnvironment;
}

/**
 * The limits of an installation: the defaults with the changes of `text`, a JSON object.
 * @throws SettingsInvalid naming every fault
 */
export function limitsFrom(text: string): Limits {
  const changes = parsedObject(text);
  const unknown = Object.keys(changes).filter((name) => !(name in DEFAULT_LIMITS));
  const limits: Limits = { ...DEFAULT_LIMITS, ...changes };
  const faults = [
    ...unknown.map((name) => `${name} is not a limit; allowed are ${Object.keys(DEFAULT_LIMITS).join(', ')}`),
    ...Object.entries(changes)
      .filter(([, value]) => typeof value !== 'number')
      .map(([name, value]) => `${name} is ${JSON.stringify(value)}; allowed is a number`),
    ...faultsOfLimits(limits),
  ];
  if (faults.length > 0)
    throw new ReeveError('SettingsInvalid', `The limits are not valid: ${faults.join('; ')}`);
  return limits;
}

function parsedObject(text: string): Record<string, unknown> {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (error) {
    throw new ReeveError('SettingsInvalid', `The limits are not JSON: ${text.slice(0, 100)}`, {
      cause: error,
    });
  }
  throw new ReeveError('SettingsInvalid', `The limits are ${text.slice(0, 100)}; allowed is a JSON object`);
}
