/** What a seeded bug is: changes of the shipped code's text, or of what the stores below it do. */
import type { Tampering } from '../stores.ts';

export interface Patch {
  readonly file: string;
  /** Found once, whatever its spaces and line breaks. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant {
  readonly name: string;
  readonly patches?: readonly Patch[];
  readonly tampering?: Tampering;
  /** Where it is sought first, when chance would take long: the scenario, the duel or the kept seed that meets it. */
  readonly meets?: { readonly scenario: string } | { readonly duel: string } | { readonly seed: string };
}

export const SETTLE = 'lib/protocol/settle.ts';
export const CLEAN_UP = 'lib/protocol/clean-up.ts';
export const LEASE = 'lib/protocol/lease.ts';
export const TRANSITIONS = 'lib/session/transitions.ts';
export const VERDICT = 'lib/session/verdict.ts';
export const START = 'lambdas/start.ts';
export const MONITOR = 'lambdas/monitor.ts';
export const SWEEP = 'lambdas/sweep.ts';
export const FINALIZE = 'lambdas/finalize.ts';
export const HARVEST = 'lambdas/harvest.ts';
export const WORKFLOW = 'lib/workflow/workflow.ts';

export const one = (name: string, file: string, find: string, replace: string): Mutant => ({
  name,
  patches: [{ file, find, replace }],
});

export const metBy = (meets: NonNullable<Mutant['meets']>, mutant: Mutant): Mutant => ({ ...mutant, meets });

export const FIRST_CHECK = `if (held.session.check < 0) await armCheck(ports, id, { check: 0, at: nextCheckAt(held.session, ports.clock.now()) });`;
export const LOST_IS_FINE: Patch = {
  file: 'lib/session/conclusion.ts',
  find: 'session.listing.complete && counts.failed + counts.skipped + counts.lost === 0',
  replace: 'counts.failed === 0',
};
export const NEVER_ARMED: Patch = {
  file: MONITOR,
  find: 'if (input.check + 1 < limits.checksMax) {',
  replace: 'if (input.check + 1 < 0) {',
};
export const SWEEP_NOTHING: Patch = {
  file: SWEEP,
  find: 'pMap(page.values,',
  replace: 'pMap(page.values.slice(0, 0),',
};
