// Harvests by the command line, as a process of its own, and reads what was kept.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';

const CLI = fileURLToPath(new URL('../../bin/reeve.ts', import.meta.url));

export interface SessionView {
  readonly status: string;
  readonly type: string;
  readonly counts: Record<string, number>;
  readonly finalizedBy: string;
  readonly cause: string;
  readonly listingComplete: boolean;
  readonly difference: {
    readonly new: number;
    readonly changed: number;
    readonly gone: number;
    readonly removed: number;
    readonly held: number;
  } | null;
  readonly records: string;
}

export interface Harvested {
  readonly code: number;
  readonly view: SessionView;
  readonly kept: readonly CatalogueRecord[];
}

/** @param data the data folder of the embedded mode */
export async function harvestByCli(data: string, url: string, ...more: string[]): Promise<Harvested> {
  const args = ['--import', 'tsx', CLI, '--data', data, '--json', 'harvest', url, ...more];
  const { code, stdout } = await new Promise<{ code: number; stdout: string }>((resolve) => {
    execFile(process.execPath, args, { encoding: 'utf8' }, (error, out) =>
      resolve({ code: Number(error?.code ?? 0), stdout: out }),
    );
  });
  const view = JSON.parse(stdout) as SessionView;
  // A session in which nothing has changed keeps no records.
  const names = existsSync(view.records) ? readdirSync(view.records) : [];
  const files = names.filter((name) => name.endsWith('.ndjson.gz'));
  const lines = files.flatMap((name) =>
    gunzipSync(readFileSync(`${view.records}/${name}`))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== ''),
  );
  return { code, view, kept: lines.map((line) => JSON.parse(line) as CatalogueRecord) };
}
