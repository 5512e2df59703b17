/** The Lambdas of the stack: file in `lambdas/`, construct id and part of the function's name are the same word. */
export const FUNCTION_NAMES = [
  'start',
  'discover',
  'harvest',
  'finalize',
  'monitor',
  'sweep',
  'api',
] as const;
export type FunctionName = (typeof FUNCTION_NAMES)[number];
