/** What is on which stream, and what is told when a command fails. */
import { describe, expect, test } from 'vitest';
import { failureOf, tellFailure } from '../../lib/cli/failure.ts';
import { openScreen } from '../../lib/cli/screen.ts';
import { startSampleRemote } from '../../lib/sample/remote.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { newFolder, QUICK, reeve } from './run.ts';

test('with --json --verbose stdout is one document, and stderr log lines and the remarks', async () => {
  const remote = await startSampleRemote({ datasets: 5 });
  const ran = await reeve(
    '--data',
    newFolder(),
    '--json',
    '--verbose',
    'harvest',
    remote.geonodeUrl,
    ...QUICK,
  );
  await remote.close();
  expect(ran.code, ran.err).toBe(0);
  expect(ran.json()).toMatchObject({ status: 'finished-all-ok' });
  const lines = ran.err.trim().split('\n');
  const logged = lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as { message: string });
  expect(logged.filter(({ message }) => message === 'resource done')).toHaveLength(5);
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual([
    `${remote.geonodeUrl}/ is a remote of type geonode.`,
  ]);
});

describe('a failure', () => {
  const told = (error: unknown, more: { json?: true; verbose?: true } = {}): { out: string; err: string } => {
    const text = { out: '', err: '' };
    const stream = (name: 'out' | 'err') => ({ write: (part: string) => (text[name] += part) });
    const screen = openScreen({
      out: stream('out'),
      err: stream('err'),
      env: {},
      json: false,
      quiet: false,
      verbose: false,
      program: 'reeve',
      ...more,
    });
    tellFailure(screen, error, more.verbose === true);
    return text;
  };

  test('that somebody outside can mend is one sentence', () => {
    const error = new ReeveError('Conflict', 'The folder is in use');
    expect(told(error)).toEqual({ out: '', err: 'The folder is in use.\n' });
    expect(JSON.parse(told(error, { json: true }).out)).toEqual({
      error: { name: 'Conflict', message: 'The folder is in use' },
    });
  });

  test('that is a defect is said to be one; its stack is for those who ask', () => {
    const error = new TypeError('x is not a function');
    expect(told(error).err).toBe(
      'This is a defect of Reeve, please report it: x is not a function. Run it again with --verbose to see where.\n',
    );
    expect(told(error, { verbose: true }).err).toContain('streams.test.ts');
    expect(JSON.parse(told(error, { json: true }).out)).toEqual({
      error: { name: 'Defect', message: 'x is not a function' },
    });
  });

  test('of the system is put into words', () => {
    const error = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      path: '/data/x',
    });
    expect(failureOf(error)).toEqual({
      name: 'FolderUnusable',
      message: '/data/x could not be used: the disk is full (ENOSPC)',
      isBug: false,
    });
  });
});
