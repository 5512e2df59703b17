/** `reeve export`: records of a session, or all that are held of a harvester, as newline-delimited or as one GeoJSON. */
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ReeveError } from '../../session/errors.ts';
import type { Context } from '../context.ts';
import type { LookPorts } from '../world.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { failureOf } from '../failure.ts';
import { findHarvester, lookForHarvester, oneHarvester } from '../find.ts';
import { countOf } from '../words.ts';
import { heldRecords, recordsOfSession } from '../../ledger/held-records.ts';

export interface ExportOptions {
  readonly what: string | undefined;
  readonly format: 'ndjson' | 'geojson';
  readonly out: string | undefined;
}

/** What is exported, found before anything is written. */
interface Choice {
  readonly harvester: string;
  readonly session: string | undefined;
  readonly lines: AsyncIterable<string>;
}

export async function exportRecords(
  context: Context,
  world: LookPorts,
  options: ExportOptions,
): Promise<ExitCode> {
  const choice = await choose(world, options.what);
  const counted = { records: 0 };
  // One document is promised with --json; lines are not one.
  const format = context.screen.json && options.out === undefined ? 'geojson' : options.format;
  const text =
    format === 'geojson'
      ? asCollection(counting(choice.lines, counted))
      : asLines(counting(choice.lines, counted));
  if (options.out === undefined) {
    await writeTo(context.out, text);
    context.screen.note(`${countOf(counted.records, 'record')} of ${choice.session ?? choice.harvester}`);
    return EXIT.allOk;
  }
  const path = resolve(options.out);
  await writeFile(path, text);
  context.screen.print(
    `${countOf(counted.records, 'record')} of ${choice.session ?? choice.harvester} in ${path}`,
  );
  context.screen.document({
    harvester: choice.harvester,
    session: choice.session ?? null,
    format,
    records: counted.records,
    out: path,
  });
  return EXIT.allOk;
}

/** @throws NotFound | InputInvalid */
async function choose({ ports }: LookPorts, what: string | undefined): Promise<Choice> {
  if (what === undefined) return held(ports, (await oneHarvester(ports, undefined)).id);
  const session = await ports.sessions.read(what);
  if (session !== undefined)
    return { harvester: session.harvesterId, session: session.id, lines: recordsOfSession(ports, session) };
  const harvester = await lookForHarvester(ports, what);
  return held(ports, (harvester ?? (await findHarvester(ports, what))).id);
}

function held(ports: LookPorts['ports'], harvester: string): Choice {
  return { harvester, session: undefined, lines: heldRecords(ports, harvester) };
}

async function* counting(lines: AsyncIterable<string>, counted: { records: number }): AsyncGenerator<string> {
  for await (const line of lines) {
    counted.records += 1;
    yield line;
  }
}

async function* asLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

/** RFC 7946, 3.3; each feature on a line of its own. */
async function* asCollection(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let before = '{"type":"FeatureCollection","features":[\n';
  for await (const line of lines) {
    yield `${before}${line}`;
    before = ',\n';
  }
  yield before === ',\n' ? '\n]}\n' : `${before}]}\n`;
}

/** Who reads may stop reading (`| head`): that is no failure. */
async function writeTo(stream: NodeJS.WritableStream, text: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(text), stream, { end: false });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPIPE')) throw error;
  }
}

/** The file is there whole or not at all. */
async function writeFile(path: string, text: AsyncIterable<string>): Promise<void> {
  const part = `${path}.part-${process.pid}`;
  try {
    await pipeline(Readable.from(text), createWriteStream(part, { flags: 'wx' }));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new ReeveError('FolderUnusable', `${path} could not be written: ${failureOf(error).message}`, {
      cause: error,
    });
  }
}
