import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { json } from './ask.ts';

const MAIN = fileURLToPath(new URL('../../lib/sample/main.ts', import.meta.url));

function run(...args: string[]) {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (part: Buffer) => (said.out += part.toString()));
  child.stderr.on('data', (part: Buffer) => (said.err += part.toString()));
  return { child, said, ended: once(child, 'close') as Promise<[number | null, string | null]> };
}

test('as a process it prints its URLs, serves as many datasets as it was told to, and ends when asked to', async () => {
  const { child, said, ended } = run('--datasets', '123', '--latency-millis', '1');
  await expect.poll(() => said.out, { timeout: 15_000 }).toContain('dcat-us ');
  const urls = Object.fromEntries(
    said.out
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/)),
  ) as Record<string, string>;
  expect(Object.keys(urls)).toEqual(['url', 'geonode', 'wms', 'arcgis', 'ckan', 'dcat-us']);
  expect(await json(`${urls['geonode']!}/api/v2/resources`)).toMatchObject({ total: 123 });
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test.each([
  [['--datasets', 'many'], 'cannot have NaN datasets; allowed is 0 to 1000000'],
  [['--latency-millis=-1'], 'cannot use -1 as its latency in milliseconds; allowed is 0 to 600000'],
  [['--sheep', '3'], "Unknown option '--sheep'"],
])('as a process it refuses %j in one sentence', async (args, sentence) => {
  const { said, ended } = run(...args);
  expect(await ended).toEqual([1, null]);
  expect(said.err).toContain(sentence);
  expect(said.err.trim().split('\n')).toHaveLength(1);
});
