/** The state machine that a scenario runs. */
import type { Limits } from '../../lib/session/limits.ts';
import type { StateMachine } from '../../lib/workflow/asl.ts';
import type { Code } from './code.ts';
import { assertKnown } from './paths.ts';

/** The real value, checked and made once for the same limits. */
const DEFINITIONS = new WeakMap<Code, Map<string, StateMachine>>();

export function definitionOf(code: Code, limits: Limits, changed: Partial<Limits> = {}): StateMachine {
  const made = DEFINITIONS.get(code) ?? new Map<string, StateMachine>();
  DEFINITIONS.set(code, made);
  const key = JSON.stringify(changed);
  const known = made.get(key);
  if (known) return known;
  const definition = code.harvestWorkflow(
    { discover: 'discover', harvest: 'harvest', finalize: 'finalize' },
    limits,
  );
  assertKnown(definition);
  made.set(key, definition);
  return definition;
}
