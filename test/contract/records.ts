/** What every world promises of the record store. */
import { describe, expect } from 'vitest';
import { collect, fresh, promisesOf, type ContractWorld } from './world.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const text = (read: Uint8Array | undefined): string | undefined => read && Buffer.from(read).toString('utf8');

export function recordsContract(world: ContractWorld): void {
  describe(`records in ${world.name}`, () => {
    const promised = promisesOf(world);

    promised(
      'bytes come back as they were put, the latest put first; nothing is not an error',
      async ({ records }) => {
        const key = `staging/${fresh('s')}/listed/000000-a.ndjson.gz`;
        expect(await records.read(key)).toBeUndefined();
        const all = Uint8Array.from({ length: 256 }, (_, index) => index);
        await records.put(key, all);
        expect([...(await records.read(key))!]).toEqual([...all]);
        await records.put(key, bytes(''));
        expect((await records.read(key))!.length).toBe(0);
      },
    );

    promised('keys may hold odd characters, and stay apart', async ({ records }) => {
      const prefix = `records/harvester=${fresh('h')}/`;
      const odd = [
        'a b',
        'a+b',
        'a%20b',
        'ü√',
        '😀',
        'a=b&c',
        '#',
        '?',
        '...',
        'a:b',
        "'",
        '"',
        '*',
        '~',
        '-rf',
      ];
      for (const one of odd) await records.put(`${prefix}${one}`, bytes(one));
      for (const one of odd) expect(text(await records.read(`${prefix}${one}`))).toBe(one);
      const { values } = await collect((cursor) => records.list(prefix, cursor));
      expect(values.toSorted()).toEqual(odd.map((one) => `${prefix}${one}`).toSorted());
    });

    promised('what a caller does with bytes afterwards does not change the store', async ({ records }) => {
      const key = `staging/${fresh('s')}/x`;
      const given = bytes('abc');
      await records.put(key, given);
      given[0] = 0;
      const read = await records.read(key);
      expect(text(read)).toBe('abc');
      read![0] = 0;
      expect(text(await records.read(key))).toBe('abc');
    });

    promised('copying publishes, again and again; what is not there is missing', async ({ records }) => {
      const [from, to] = [
        `staging/${fresh('s')}/records/0.w.gz`,
        `records/harvester=${fresh('h')}/session=s/0.gz`,
      ];
      expect(await records.copy(from, to)).toBe('missing');
      expect(await records.read(to)).toBeUndefined();
      await records.put(from, bytes('one'));
      expect(await records.copy(from, to)).toBe('copied');
      expect(await records.copy(from, to)).toBe('copied');
      expect(text(await records.read(to))).toBe('one');
      await records.removeAll(from.slice(0, from.lastIndexOf('/') + 1));
      expect(await records.read(from)).toBeUndefined();
      expect(text(await records.read(to))).toBe('one');
    });

    promised('a prefix is listed over pages, in order, and nothing beside it', async ({ records }) => {
      const harvester = `records/harvester=${fresh('h')}/`;
      const keys = Array.from(
        { length: 1_030 },
        (_, index) => `${harvester}session=a/${String(index).padStart(6, '0')}.gz`,
      );
      for (let from = 0; from < keys.length; from += 100)
        await Promise.all(keys.slice(from, from + 100).map((key) => records.put(key, bytes('x'))));
      await records.put(`${harvester}session=ab/0.gz`, bytes('x'));
      const { values, pages } = await collect((cursor) => records.list(`${harvester}session=a/`, cursor));
      expect(values).toEqual(keys);
      expect(pages).toBeGreaterThan(1);
      expect((await collect((cursor) => records.list(harvester, cursor))).values).toHaveLength(1_031);
      expect((await collect((cursor) => records.list(`${harvester}session=a/00000`, cursor))).values).toEqual(
        keys.slice(0, 10),
      );
      expect((await records.list(`${harvester}session=none/`)).values).toEqual([]);
    });

    promised(
      'removing a prefix removes what begins with it and nothing else; removing nothing is done at once',
      async ({ records }) => {
        const session = fresh('s');
        const inside = [
          `staging/${session}/records/1`,
          `staging/${session}/records/2`,
          `staging/${session}/listed/1`,
        ];
        const beside = [`staging/${session}x/records/1`, `records/harvester=${session}/session=s/1`];
        for (const key of [...inside, ...beside]) await records.put(key, bytes(key));
        await records.removeAll(`staging/${session}/records/`);
        expect(await Promise.all(inside.map(async (key) => text(await records.read(key))))).toEqual([
          undefined,
          undefined,
          inside[2],
        ]);
        await records.removeAll(`staging/${session}/`);
        await records.removeAll(`staging/${session}/`);
        expect(await records.read(inside[2]!)).toBeUndefined();
        for (const key of beside) expect(text(await records.read(key))).toBe(key);
        await records.put(inside[0]!, bytes('again'));
        expect(text(await records.read(inside[0]!))).toBe('again');
      },
    );
  });
}
