/** Runs that once broke a promise, kept as files: each is run again in every build, and must keep its promises now. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scenario } from './scenario.ts';
import type { Deviations } from './tape.ts';

const FOLDER = fileURLToPath(new URL('./seeds/', import.meta.url));

export interface Seed {
  /** What once happened, in a sentence. */
  readonly once: string;
  /** The seeded bug that takes the remedy out again. */
  readonly without: string;
  readonly scenario: Scenario;
  readonly deviations: Deviations;
}

export function seedsThere(): { name: string; seed: Seed }[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => ({ name: file.slice(0, -'.json'.length), seed: readSeed(join(FOLDER, file)) }));
}

export function readSeed(path: string): Seed {
  return JSON.parse(readFileSync(path, 'utf8')) as Seed;
}

/** @returns the path of the file */
export function keepSeed(name: string, seed: Seed): string {
  const path = join(FOLDER, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(seed, undefined, 2)}\n`);
  return path;
}
