import { beforeAll, describe, expect, test } from 'vitest';
import {
  BATCH_BYTES_OF_A_RESOURCE,
  OF_A_BATCH,
  OF_A_RESOURCE,
  OF_A_SESSION,
  type Calls,
} from '../../lib/cost/counted.ts';
import { countSession, type Tally } from './count.ts';

/** How often each call was made for each unit between a small session and one twice as large; what did not grow is left out. */
function grown(small: Tally, large: Tally, unit: 'batches' | 'resources', known: Calls): Calls {
  const more = large[unit] - small[unit];
  return Object.fromEntries(
    Object.keys(known).map((call) => [call, ((large.calls[call] ?? 0) - (small.calls[call] ?? 0)) / more]),
  );
}

describe('calls that the cost is reckoned with, counted again in real sessions', () => {
  let small: Tally;
  let large: Tally;
  beforeAll(async () => {
    small = await countSession(300);
    large = await countSession(600);
  }, 60_000);

  test('a batch more, and a resource more, take as many as is written', () => {
    expect(large.batches).toBe(2 * small.batches);
    expect(grown(small, large, 'batches', OF_A_BATCH)).toEqual(OF_A_BATCH);
    expect(grown(small, large, 'resources', OF_A_RESOURCE)).toEqual(OF_A_RESOURCE);
  });

  test('nothing else grows with the session, and what it takes besides is not more than is written', () => {
    const perUnit = new Set([...Object.keys(OF_A_BATCH), ...Object.keys(OF_A_RESOURCE)]);
    const besides = ({ calls }: Tally): Calls =>
      Object.fromEntries(Object.entries(calls).filter(([call]) => !perUnit.has(call)));
    for (const [call, times] of [...Object.entries(besides(small)), ...Object.entries(besides(large))]) {
      expect(Object.keys(OF_A_SESSION)).toContain(call);
      // Two that write the session at the same time decide again: a few reads and writes more.
      expect(times, call).toBeLessThanOrEqual((OF_A_SESSION as Calls)[call]! + 3);
    }
    expect(Object.keys(besides(large)).sort()).toEqual(Object.keys(OF_A_SESSION).sort());
  });

  test('a batch is as large as is written', () => {
    const bytes = large.batchBytes / large.resources;
    expect(bytes).toBeGreaterThan(BATCH_BYTES_OF_A_RESOURCE * 0.8);
    expect(bytes).toBeLessThan(BATCH_BYTES_OF_A_RESOURCE * 1.2);
  });
});
