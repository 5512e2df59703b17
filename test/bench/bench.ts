/**
 * Compares whole sessions, and a loop through lib/remote alone, with a bare concurrent fetch loop over the same local remote, with the same number of requests at once, in one run on one machine.
 * `npm run bench [-- --datasets 1000,10000 --latency-millis 50,0 --at-once 50]`. Each measurement is a process of its own, so that its peak memory is its own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';

interface Measured {
  readonly seconds: number;
  readonly resources: number;
  readonly peakMegabytes: number;
}

const { values } = parseArgs({
  options: {
    datasets: { type: 'string', default: '1000,10000' },
    'latency-millis': { type: 'string', default: '50,0' },
    'at-once': { type: 'string', default: '50' },
    rounds: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

/** As the command line is started (package.json): below 2 GB, V8 lets the heap grow less before it collects. */
const AS_SHIPPED = ['--max-old-space-size=1000', '--max-semi-space-size=8'];
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const numbers = (list: string): number[] => list.split(',').map(Number);

function run(file: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...AS_SHIPPED, '--import', 'tsx', file, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  });
}

/** The first line of output that matches. */
async function lineOf(child: ChildProcess, pattern: RegExp): Promise<string> {
  let text = '';
  for await (const piece of child.stdout ?? []) {
    text += String(piece);
    const found = pattern.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  throw new Error(`A process of the benchmark ended early: ${text}`);
}

async function measure(mode: 'bare' | 'guarded' | 'session', url: string, atOnce: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-bench-'));
  try {
    return JSON.parse(
      await lineOf(run(here('measure.ts'), [mode, url, atOnce, folder]), /^(\{.*\})$/m),
    ) as Measured;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const median = (sorted: readonly Measured[]): Measured =>
  [...sorted].sort((a, b) => a.seconds - b.seconds)[Math.floor(sorted.length / 2)]!;

async function compare(datasets: number, latencyMillis: number): Promise<Record<string, number>> {
  const remote = run(here('../../lib/sample/main.ts'), [
    '--datasets',
    String(datasets),
    '--latency-millis',
    String(latencyMillis),
  ]);
  try {
    const url = await lineOf(remote, /^geonode\s+(\S+)$/m);
    const bare: Measured[] = [];
    const guarded: Measured[] = [];
    const session: Measured[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) {
      bare.push(await measure('bare', url, values['at-once']));
      guarded.push(await measure('guarded', url, values['at-once']));
      session.push(await measure('session', url, values['at-once']));
    }
    const [b, g, s] = [median(bare), median(guarded), median(session)];
    if ([b, g, s].some(({ resources }) => resources !== datasets))
      throw new Error(`harvested ${b.resources}, ${g.resources} and ${s.resources} of ${datasets}`);
    return {
      datasets,
      latencyMillis,
      barePerSecond: Math.round(datasets / b.seconds),
      guardedPerSecond: Math.round(datasets / g.seconds),
      guardPercent: Math.round((g.seconds / b.seconds - 1) * 1_000) / 10,
      sessionPerSecond: Math.round(datasets / s.seconds),
      ratio: Math.round((b.seconds / s.seconds) * 100) / 100,
      sessionPeakMegabytes: Math.round(s.peakMegabytes),
      barePeakMegabytes: Math.round(b.peakMegabytes),
    };
  } finally {
    remote.kill();
  }
}

const rows: Record<string, number>[] = [];
for (const latencyMillis of numbers(values['latency-millis'])) {
  for (const datasets of numbers(values.datasets)) rows.push(await compare(datasets, latencyMillis));
}
if (values.json) {
  process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
} else {
  const head = [
    'datasets',
    'latency (ms)',
    'bare loop (resources/s)',
    'guarded loop (resources/s)',
    'guard (%)',
    'session (resources/s)',
    'ratio',
    'session peak (MB)',
    'bare peak (MB)',
  ];
  const table = new Table({ head, style: { head: [], border: [] } });
  table.push(...rows.map((row) => Object.values(row)));
  process.stdout.write(
    `${values['at-once']} requests at once; Node ${process.version}\n${table.toString()}\n`,
  );
}
