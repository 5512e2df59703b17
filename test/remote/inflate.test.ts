/** Bodies in bounded memory: gathered from pieces, inflated to a bound. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BodyBuffer } from '../../lib/remote/body-buffer.ts';
import { codingOf, inflate } from '../../lib/remote/inflate.ts';

describe('inflating', () => {
  test('reads Content-Encoding as a list in any case, of which identity is nothing', () => {
    expect([undefined, '', 'identity', 'Identity, ,identity'].map(codingOf)).toEqual(
      Array(4).fill('identity'),
    );
    expect(['gzip', 'GZIP', 'x-gzip', 'identity, gzip'].map(codingOf)).toEqual(Array(4).fill('gzip'));
    expect([codingOf('gzip, br'), codingOf('deflate')]).toEqual(['gzip, br', 'deflate']);
  });

  // Small bodies are inflated in place, large ones aside: both must say the same.
  for (const [size, text] of [
    ['small', 'catalogue '.repeat(100)],
    ['large', Array.from({ length: 40_000 }, (_, index) => Math.sin(index)).join()],
  ] as const) {
    const wire = gzipSync(text);
    test(`a ${size} body comes out whole, at its bound too`, async () => {
      const inflated = await inflate(wire, 'gzip', text.length);
      expect('body' in inflated && Buffer.from(inflated.body).equals(Buffer.from(text))).toBe(true);
    });
    test(`a ${size} body is refused one byte over the bound, cut, damaged or followed by something`, async () => {
      const faultOf = async (bytes: Uint8Array, max = 100_000_000) => {
        const inflated = await inflate(bytes, 'gzip', max);
        return 'fault' in inflated ? inflated.fault : 'none';
      };
      expect(await faultOf(wire, text.length - 1)).toBe('too big');
      const damaged = Buffer.from(wire);
      damaged[wire.length - 6]! ^= 0xff;
      for (const bad of [
        wire.subarray(0, -1),
        wire.subarray(0, 20),
        damaged,
        Buffer.concat([wire, Buffer.from('x')]),
        Buffer.concat([wire, Buffer.alloc(1)]),
      ]) {
        expect(await faultOf(bad)).toBe('broken');
      }
    });
  }

  test('gzip cut at any byte is broken', async () => {
    const wire = gzipSync('a short body');
    for (let length = 1; length < wire.length; length += 1) {
      expect(await inflate(wire.subarray(0, length), 'gzip', 1_000), String(length)).toMatchObject({
        fault: 'broken',
      });
    }
  });
});

describe('gathering', () => {
  test('gives back what was put in, however it was cut and whatever length was announced', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 50 });
    fc.assert(
      fc.property(pieces, fc.option(fc.nat(20_000), { nil: undefined }), (all, announced) => {
        const body = new BodyBuffer(announced);
        for (const piece of all) body.add(piece);
        expect(Buffer.compare(body.bytes, Buffer.concat(all))).toBe(0);
        expect(body.length).toBe(Buffer.concat(all).length);
      }),
    );
  });

  test('keeps single bytes in memory of its own, not the blocks they came in', () => {
    const body = new BodyBuffer(undefined);
    for (let byte = 0; byte < 1_000; byte += 1) body.add(new Uint8Array(65_536).subarray(0, 1));
    expect(body.length).toBe(1_000);
    expect(body.bytes.buffer.byteLength).toBe(65_536);
  });
});
