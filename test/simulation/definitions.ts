/** The state machine that a version deploys. */
import type { StateMachine } from '../../lib/workflow/asl.ts';
import type { Code } from './code.ts';
import type { Version } from './deployments.ts';
import { assertKnown } from './paths.ts';

/** The real value, checked and made once for the same limits. */
const DEFINITIONS = new WeakMap<Code, Map<string, StateMachine>>();

export function definitionOf({ code, limits }: Version): StateMachine {
  const made = DEFINITIONS.get(code) ?? new Map<string, StateMachine>();
  DEFINITIONS.set(code, made);
  const key = JSON.stringify(limits);
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
