/** What every world promises of harvesters. */
import { describe, expect } from 'vitest';
import { makeHarvester } from '../session/make.ts';
import { collect, fresh, promisesOf, type ContractWorld } from './world.ts';

export function harvestersContract(world: ContractWorld): void {
  describe(`harvesters in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised(
      'a harvester comes back as it was created, with revision 1; nobody was there before',
      async ({ harvesters }) => {
        const harvester = makeHarvester({
          id: fresh('h'),
          name: '',
          remote: { type: 'wms', url: 'http://a', settings: { b: [null, ''], a: {} } },
        });
        expect(await harvesters.read(harvester.id)).toBeUndefined();
        expect(await harvesters.create({ ...harvester, revision: 3 })).toBe('created');
        expect(await harvesters.read(harvester.id)).toEqual(harvester);
      },
    );

    promised('creating a harvester twice is creating it once', async ({ harvesters }) => {
      const harvester = makeHarvester({ id: fresh('h') });
      await harvesters.create(harvester);
      expect(await harvesters.create({ ...harvester, name: 'Another' })).toBe('exists');
      expect((await harvesters.read(harvester.id))?.name).toBe('County');
    });

    promised(
      'of many who take the lease at once, one does, and what it released is gone',
      async ({ harvesters }) => {
        const harvester = makeHarvester({ id: fresh('h') });
        await harvesters.create(harvester);
        const takers = Array.from({ length: 8 }, (_, index) => ({
          ...harvester,
          lease: `s${index}`,
          sequence: 1,
        }));
        const answers = await Promise.all(takers.map((taker) => harvesters.save(taker)));
        expect(answers.filter((answer) => answer === 'saved')).toHaveLength(1);
        const held = await harvesters.read(harvester.id);
        expect(held?.lease).toBe(`s${answers.indexOf('saved')}`);
        expect(await harvesters.save({ ...held!, lease: undefined, lastSessionId: 's' })).toBe('saved');
        expect((await harvesters.read(harvester.id))?.lease).toBeUndefined();
      },
    );

    promised('a harvester that is not there cannot be saved', async ({ harvesters }) => {
      const harvester = makeHarvester({ id: fresh('h') });
      expect(await harvesters.save(harvester)).toBe('conflict');
      expect(await harvesters.read(harvester.id)).toBeUndefined();
    });

    promised(
      'a harvester is removed only as it was read, and removing it twice is removing it once',
      async ({ harvesters }) => {
        const harvester = makeHarvester({ id: fresh('h'), schedule: { every: '1d', timezone: 'UTC' } });
        await harvesters.create(harvester);
        await harvesters.save({ ...harvester, name: 'New' });
        expect(await harvesters.remove(harvester)).toBe('conflict');
        const there = (await harvesters.read(harvester.id))!;
        expect(there).toMatchObject({ name: 'New', schedule: { every: '1d', timezone: 'UTC' } });
        expect(await harvesters.remove(there)).toBe('removed');
        expect(await harvesters.remove(there)).toBe('removed');
        expect(await harvesters.read(harvester.id)).toBeUndefined();
      },
    );

    promised('all harvesters are listed, whole, each once, over pages', async ({ harvesters }) => {
      const made = Array.from({ length: 210 }, () => makeHarvester({ id: fresh('listed') }));
      await Promise.all(made.map((one) => harvesters.create(one)));
      const { values, pages } = await collect((cursor) => harvesters.list(cursor));
      const listed = new Map(values.map((one) => [one.id, one]));
      expect(listed.size).toBe(values.length);
      for (const one of made) expect(listed.get(one.id)).toEqual(one);
      expect(pages).toBeGreaterThan(1);
    });
  });
}
