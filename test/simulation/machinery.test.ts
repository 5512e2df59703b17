/** The simulation's own parts: what they promise to those who rely on its verdicts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { scheduleOf } from './explore.ts';
import { HARMLESS, KINDS } from './faults.ts';
import { MENDED } from './judge-cost.ts';
import { MUTANTS } from './mutants.ts';
import { patched } from './mutate.ts';
import { assertKnown } from './paths.ts';
import { SCENARIOS } from './scenarios.ts';
import { shrink } from './shrink.ts';
import { simulate } from './simulate.ts';
import { tellStory } from './story.ts';
import { ReplayTape } from './tape.ts';
import { Timers } from './timers.ts';

test('timers fire in order of time, then of creation, and not when they were cancelled', () => {
  const timers = new Timers();
  const fired: string[] = [];
  const at = (when: number, name: string) => timers.add(when, () => fired.push(name));
  at(5, 'third');
  at(1, 'first');
  const cancelled = at(2, 'never');
  at(5, 'fourth');
  at(3, 'second');
  timers.cancel(cancelled);
  expect(timers.waiting).toBe(4);
  for (let timer = timers.take(); timer !== undefined; timer = timers.take()) timer.fire();
  expect(fired).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a run is a function of its seed: replayed from its deviations alone, it is the same', async () => {
  for (let index = 0; index < 20; index += 1) {
    const { scenario, deviations, run } = await scheduleOf(9, index);
    const again = await simulate(scenario, new ReplayTape(deviations));
    expect({ ...again, deviations: run.deviations }).toEqual(run);
  }
});

test('the engine waits long enough for code to go on: ten times as long makes no difference', async () => {
  for (const scenario of SCENARIOS) {
    const [usual, patient] = [1, 10].map((patience) => simulate(scenario, new ReplayTape({}), { patience }));
    expect(await patient).toEqual(await usual);
  }
  for (let index = 0; index < 100; index += 1) {
    expect(await scheduleOf(10, index, { patience: 10 })).toEqual(await scheduleOf(10, index));
  }
});

test('the simulated state machine knows all of the workflow, and refuses what it does not know', () => {
  const workflow = harvestWorkflow({ discover: 'd', harvest: 'h', finalize: 'f' }, DEFAULT_LIMITS);
  expect(() => assertKnown(workflow)).not.toThrow();
  const [name, state] = Object.entries(workflow.States)[0]!;
  const strange = { ...workflow, States: { ...workflow.States, [name]: { ...state, HeartbeatSeconds: 5 } } };
  expect(() => assertKnown(strange)).toThrow('HeartbeatSeconds');
});

describe('seeded bugs', () => {
  test('there are more than 15, each with a name of its own', () => {
    expect(MUTANTS.length).toBeGreaterThan(15);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  });

  test('each has its place in the code as it is now', () => {
    for (const mutant of MUTANTS) {
      for (const patch of mutant.patches ?? []) {
        const text = readFileSync(new URL(`../../${patch.file}`, import.meta.url), 'utf8');
        expect(() => patched(text, patch, mutant.name)).not.toThrow();
      }
    }
  });

  test('a text that is not in the code once is refused', () => {
    const patch = { file: 'x.ts', find: 'a(b, c)', replace: 'a()' };
    expect(patched('if (a(\n  b,\n  c,\n)) go();', patch, 'it')).toBe('if (a()) go();');
    expect(() => patched('nothing', patch, 'it')).toThrow('0 times');
    expect(() => patched('a(b, c); a(b, c);', patch, 'it')).toThrow('2 times');
  });
});

test('a broken promise is shrunk and told in sentences', async () => {
  const scenario = SCENARIOS.find(({ name }) => name === 'two resources in two batches')!;
  const deviations = { 'start.1 clock': '7 s behind', 'harvest.1 records.copy 1': 'killed before' };
  // The clean-up that would publish the records is told that they are there already.
  const tampering = { 'batches.summaries': () => Promise.resolve({ values: [] }) };
  const shrunk = await shrink({ scenario, deviations }, { tampering });
  expect(shrunk.run.violation).toMatch(/is all ok and holds nothing where the remote has r\d/);
  expect(shrunk.deviations).toEqual({ 'harvest.1 records.copy 1': 'killed before' });
  const story = tellStory(shrunk);
  expect(story).toContain('a user, at 0 s: start h with key first');
  expect(story).toContain('** harvest.1 is killed before its 1st records.copy');
  expect(story).toMatch(/!! session s1 is all ok and holds nothing/);
});

test('what judges excuse are faults that there are: a misspelt one would excuse nothing', () => {
  expect(
    [...HARMLESS, ...MENDED, 'takes effect after it failed'].filter((kind) => !KINDS.includes(kind)),
  ).toEqual([]);
});
