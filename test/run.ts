/** Runs a suite and ends with one line that people and machines read: `N passed, N failed`. Usage: run.ts [config file] [filters ...] */
import { startVitest } from 'vitest/node';

const [first, ...rest] = process.argv.slice(2);
const config = first?.endsWith('.config.ts') ? first : undefined;
const filters = config === undefined && first !== undefined ? [first, ...rest] : rest;

const vitest = await startVitest('test', filters, {
  watch: false,
  ...(config === undefined ? {} : { config }),
});
const tests = vitest.state.getTestModules().flatMap((module) => [...module.children.allTests()]);
const count = (state: string): number => tests.filter((one) => one.result().state === state).length;
// A file that cannot be loaded has no tests to fail: it counts as one.
const broken = vitest.state.getTestModules().filter((module) => module.errors().length > 0).length;
const unhandled = vitest.state.getUnhandledErrors().length;
await vitest.close();

const failed = count('failed') + broken + unhandled;
const skipped = count('skipped');
process.stdout.write(
  `\n${count('passed')} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`,
);
process.exitCode = failed > 0 || count('passed') === 0 ? 1 : 0;
