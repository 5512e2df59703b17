/** How long each Lambda may take: the stack is built from it, the embedded mode ends calls by it, and the simulation kills by it. Pure. */
import type { Limits } from './limits.ts';

const SECONDS = {
  start: () => 60,
  discover: ({ discoverLambdaSeconds }: Limits) => discoverLambdaSeconds,
  harvest: ({ harvestLambdaSeconds }: Limits) => harvestLambdaSeconds,
  finalize: ({ finalizeLambdaSeconds }: Limits) => finalizeLambdaSeconds,
  monitor: () => 120,
  // The next one comes then.
  sweep: ({ sweepIntervalSeconds }: Limits) => Math.min(600, sweepIntervalSeconds),
  // API Gateway gives up after 29 s.
  api: () => 28,
} as const;

export type LambdaName = keyof typeof SECONDS;

export function lambdaSeconds(name: LambdaName, limits: Limits): number {
  return SECONDS[name](limits);
}
