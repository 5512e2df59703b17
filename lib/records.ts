/** Compressed newline-delimited JSON and JSON in the record store. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { ListedResource } from './harvesters/harvester.ts';
import type { Json } from './json.ts';
import type { Ports, Records } from './ports.ts';
import { ReeveError } from './session/errors.ts';

/** Speed before size: records are small and written once. */
const LEVEL = 3;

/** `lines` are JSON texts without line breaks. */
export function packLines(lines: readonly string[]): Uint8Array {
  return gzipSync(lines.map((line) => `${line}\n`).join(''), { level: LEVEL });
}

export function unpackLines(bytes: Uint8Array): string[] {
  return gunzipSync(bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
}

export async function putJson(records: Pick<Records, 'put'>, key: string, value: unknown): Promise<void> {
  await records.put(key, gzipSync(JSON.stringify(value), { level: LEVEL }));
}

/** What was put under `key`; `undefined` when nothing was. */
export async function readJson(records: Pick<Records, 'read'>, key: string): Promise<unknown> {
  const bytes = await records.read(key);
  return bytes === undefined ? undefined : (JSON.parse(gunzipSync(bytes).toString('utf8')) as unknown);
}

/** @throws NotFound when nothing is there any more: staged things expire */
export async function readStagedLines(records: Ports['records'], key: string): Promise<string[]> {
  const bytes = await records.read(key);
  if (bytes === undefined)
    throw new ReeveError(
      'NotFound',
      `What was staged under ${key} is not there any more; harvest again instead`,
    );
  return unpackLines(bytes);
}

/**
 * A resource with what was staged of it: of a batch that is staged some resources may have nothing staged, which is written as `null`.
 */
export function withListed<Resource extends Omit<ListedResource, 'listed'>>(
  resource: Resource,
  line: string | undefined,
): Resource & Pick<ListedResource, 'listed'> {
  const listed = line === undefined ? null : (JSON.parse(line) as Json);
  return listed === null ? resource : { ...resource, listed };
}
