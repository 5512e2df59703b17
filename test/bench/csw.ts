/**
 * Harvests a local CSW whole, and prints seconds and peak memory: `npm run bench:csw [-- --records 10000,100000]`. Server and session are
 * processes of their own, so that the memory is that of the session alone.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';

const { values } = parseArgs({ options: { records: { type: 'string', default: '10000,100000' } } });
/** As the command line is started (package.json): below 2 GB, V8 lets the heap grow less before it collects. */
const AS_SHIPPED = ['--max-old-space-size=1000', '--max-semi-space-size=8'];
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

function run(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...AS_SHIPPED, '--import', 'tsx', here(file), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`A process of the benchmark ended early: ${text}`);
}

const table = new Table({
  head: ['records', 'seconds', 'records/s', 'peak (MB)'],
  style: { head: [], border: [] },
});
for (const records of values.records.split(',').map(Number)) {
  const server = run('csw-server.ts', [String(records)]);
  const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
  try {
    const url = await lineOf(server, /^csw (\S+)$/m);
    const child = run('measure.ts', ['session', url, '50', folder, 'csw']);
    const measured = JSON.parse(await lineOf(child, /^(\{.*\})$/m)) as Record<
      'seconds' | 'resources' | 'peakMegabytes',
      number
    >;
    if (measured.resources !== records) throw new Error(`harvested ${measured.resources} of ${records}`);
    const { seconds, peakMegabytes } = measured;
    table.push([records, seconds.toFixed(1), Math.round(records / seconds), Math.round(peakMegabytes)]);
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
process.stdout.write(`Node ${process.version}\n${table.toString()}\n`);
