import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { reeve } from './run.ts';

interface Told {
  readonly dollars: number;
  readonly plan: { readonly resources: number; readonly latencyMillis: number };
  readonly oneLambdaPerResource: { readonly dollars: number };
  readonly moved: readonly { readonly setting: string; readonly dollars: number }[];
}

describe('reeve cost', () => {
  test('says what it costs, where the money goes, what it would be otherwise, and what moves it', async () => {
    const { code, out } = await reeve('cost', '--resources', '1000000', '--latency', '1500');
    expect(code).toBe(0);
    expect(out).toMatch(/^\$2\.\d\d for 1,000,000 resources: 10,000 batches of 16 s/);
    expect(out).toContain('With one Lambda for each resource in one Standard workflow it would be $37.');
    expect(out).toContain('List prices of us-east-1, 2026-10');
  });

  test('the same for machines: one document', async () => {
    const told = (await reeve('cost', '--json')).json() as Told;
    expect(told.plan).toMatchObject({ resources: 1_000_000, latencyMillis: 1_500 });
    expect(told.oneLambdaPerResource.dollars).toBeGreaterThan(told.dollars);
    expect(told.dollars).toBeLessThan(3);
    const smaller = told.moved.find(({ setting }) => setting === 'batchSize / 4');
    expect(smaller?.dollars).toBeGreaterThan(3);
  });

  test('pace, memory and size of records are settings', async () => {
    const usual = (await reeve('cost', '--json')).json() as Told;
    const dollarsWith = async (...args: string[]): Promise<number> =>
      ((await reeve('cost', '--json', ...args)).json() as Told).dollars;
    expect(await dollarsWith('--pace', 'batchSize=200', '--memory', '256')).toBeLessThan(usual.dollars * 0.7);
    expect(await dollarsWith('--record-bytes', '10000')).toBeGreaterThan(usual.dollars);
  });

  test('the README tells the same prices', async () => {
    const { dollars, oneLambdaPerResource, moved } = (await reeve('cost', '--json')).json() as Told;
    const told = [oneLambdaPerResource, { dollars }, ...moved].map((one) => one.dollars.toFixed(2));
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const [, table = ''] = readme.split('that take 1.5 s each');
    expect([...table.matchAll(/\| (\d+\.\d\d) +\|$/gm)].map(([, price]) => price)).toEqual(told);
  });

  test.each([
    [['--resources', '0'], '--resources is 0; allowed is a whole number from 1 to 1000000000'],
    [['--latency', 'fast'], '--latency is "fast"; allowed is a number'],
    [['--pace', 'speed=9'], '--pace speed is not known'],
  ])('%j is refused, with what is allowed', async (args, sentence) => {
    const { code, err } = await reeve('cost', ...args);
    expect(code).toBe(1);
    expect(err).toContain(sentence);
  });
});
