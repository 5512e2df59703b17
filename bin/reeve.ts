#!/usr/bin/env node
/** The command line: wiring only. */
import { readFileSync } from 'node:fs';
import type { Setup } from '../lib/cli/main.ts';

// The SDK's notice about old versions of Node is for those who run it against AWS. It is read when the SDK is loaded.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';

const { destination } = await import('pino');
const { EXIT } = await import('../lib/cli/exit-codes.ts');
const { runCommandLine, tellCrash } = await import('../lib/cli/main.ts');

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const SHOW_CURSOR = '\u001b[?25h\n';

// Who reads may stop reading (`| head`): what is written after that is lost, and nothing else.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const setup: Setup = {
  args: process.argv.slice(2),
  handlers: async () => (await import('../lambdas/index.ts')).HANDLERS,
  env: process.env,
  out: process.stdout,
  err: process.stderr,
  logs: destination({ dest: 2, sync: true }),
  version,
  call: process.env['npm_lifecycle_event'] === undefined ? 'reeve' : 'npm run -s reeve --',
  signals: process,
  quit: () => {
    // A progress bar hides the cursor.
    if (process.stderr.isTTY) process.stderr.write(SHOW_CURSOR);
    process.exit(EXIT.quit);
  },
};
process.on('uncaughtException', (error) => {
  tellCrash(setup, error);
  process.exit(EXIT.couldNotRun);
});

const exitCode = await runCommandLine(setup);
// Not left to the end of all work: a worker that hangs, rescued or not, would keep the process.
process.stdout.write('', () => process.exit(exitCode));
