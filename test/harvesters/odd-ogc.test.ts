// Broken, absurd and hostile JSON to the readers of OGC APIs: a listing, a valid record or a ReeveError comes of it, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HarvesterType, RemoteReply, RemoteRequest } from '../../lib/harvesters/harvester.ts';
import { ogcRecords } from '../../lib/harvesters/ogc-records.ts';
import { familyOf, ReeveError } from '../../lib/session/errors.ts';
import { stac } from '../../lib/harvesters/stac.ts';
import { ODD_OGC } from './ogcapi/odd.ts';
import { ODD_STAC } from './stac/odd.ts';
import { oddBody } from './odd-replies.ts';
import { textReply } from './replies.ts';
import { expectValidRecord } from './valid-record.ts';

const ROOT = 'https://remote.example/site';
const RUNS = Number(process.env['REEVE_FUZZ_RUNS'] ?? 400);

/** Whatever it throws must be an error of the remote, in words. */
function orRefused<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    if (!(error instanceof ReeveError) || familyOf(error) === 'bug') throw error;
    expect(error.message).toMatch(/^\S.*\S$/s);
    return undefined;
  }
}

function readEverywhere<Settings>(
  type: HarvesterType<Settings>,
  { url, settings, requests }: { url: string; settings: object; requests: readonly RemoteRequest[] },
  reply: RemoteReply,
): void {
  const context = { url, settings: type.settings.parse(settings) };
  for (const request of requests) {
    const listing = orRefused(() => type.readListing({ ...context, request }, reply));
    for (const next of listing?.next ?? []) {
      expect(URL.canParse(next.url)).toBe(true);
      expect(JSON.parse(JSON.stringify(next))).toEqual(next);
      type.paging?.of(next);
    }
    if (listing?.incomplete === true) expect(listing.warnings).not.toHaveLength(0);
    for (const resource of listing?.resources ?? []) {
      expect(resource.id).not.toBe('');
      expect((resource.version ?? '').length).toBeLessThanOrEqual(200);
      const staged = JSON.parse(JSON.stringify(resource)) as typeof resource;
      if (type.resourceRequest(context, staged) !== undefined) continue;
      const reading = orRefused(() => type.readResource(context, staged, undefined));
      if (reading?.reading === 'record') expectValidRecord(reading.record);
    }
  }
  const verdict = type.readProbe(url, reply);
  if (!verdict.match) expect(verdict.because).not.toBe('');
}

const status = fc.oneof(
  { weight: 9, arbitrary: fc.constant(200) },
  { weight: 1, arbitrary: fc.constantFrom(204, 302, 400, 403, 404, 429, 500, 503) },
);

describe('no odd answer gets through', () => {
  const before = Object.getOwnPropertyNames(Object.prototype);

  test('to the readers of OGC API - Records and Features', () => {
    const settings = ogcRecords.settings.parse({});
    const at = (path: string): RemoteRequest =>
      ogcRecords.firstListing(`${ROOT}${path}`, settings, { changedSinceAt: 1 });
    const requests = [
      at(''),
      at('/collections'),
      at('/collections/a/items'),
      { url: `${ROOT}/collections/a/items#as=items&page=1&held=perhaps&scope=a` },
    ];
    fc.assert(
      fc.property(oddBody(ODD_OGC), status, (body, code) =>
        readEverywhere(
          ogcRecords,
          { url: ROOT, settings: {}, requests },
          textReply(body, { url: ROOT, status: code }),
        ),
      ),
      { numRuns: RUNS },
    );
  });

  test('to the readers of STAC', () => {
    const settings = { harvest: 'both' };
    const at = (path: string): RemoteRequest =>
      stac.firstListing(`${ROOT}${path}`, stac.settings.parse(settings), { changedSinceAt: 1 });
    const inherited = encodeURIComponent(JSON.stringify({ license: 'x', providers: [{ name: 'y' }] }));
    const requests = [
      at(''),
      at('/collections/a/items'),
      {
        url: `${ROOT}/collections#as=collections&conf=qf&search=${encodeURIComponent(`${ROOT}/search`)}&post=1&root=${encodeURIComponent(ROOT)}`,
      },
      { url: `${ROOT}/a#as=node&depth=12&above=x` },
      {
        url: `${ROOT}/search#as=items&page=1&in=a&inherited=${inherited}`,
        method: 'POST' as const,
        body: '{}',
      },
    ];
    fc.assert(
      fc.property(oddBody(ODD_STAC), status, (body, code) => {
        const reply = textReply(body, { url: ROOT, status: code });
        readEverywhere(stac, { url: ROOT, settings, requests }, reply);
        const context = { url: ROOT, settings: stac.settings.parse(settings) };
        const reading = orRefused(() => stac.readResource(context, { id: 'x', hint: { url: ROOT } }, reply));
        if (reading?.reading === 'record') expectValidRecord(reading.record);
      }),
      { numRuns: RUNS },
    );
  });

  test('and none of it leaves a trace', () => {
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});
