/** How much memory each Lambda has, without the CDK: the stack is built from it, and `reeve cost` reckons with it. */
import type { FunctionName } from './function-names.ts';

/**
 * A Lambda gets its share of a core with its memory: 1,769 MB are one. Parsing XML of 64 MB sets that of discover and harvest; the others wait
 * for answers.
 */
export const MEMORY_MEGABYTES: Readonly<Record<FunctionName, number>> = {
  start: 256,
  discover: 1_024,
  harvest: 512,
  finalize: 512,
  monitor: 256,
  sweep: 256,
  // Somebody waits for it.
  api: 1_024,
};
