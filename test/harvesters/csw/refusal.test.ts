// A CSW that refuses one way of asking: what is tried instead, and where that ends.
import { describe, expect, test } from 'vitest';
import { csw } from '../../../lib/harvesters/csw.ts';
import type { RemoteRequest } from '../../../lib/harvesters/harvester.ts';
import { textReply, thrownBy } from '../replies.ts';
import { capabilities, CSW_URL, exception, harvest, numbered, pageOf, xmlReply } from './catalogue.ts';

const IDS = numbered(3);
const queryOf = (request: RemoteRequest | undefined): Record<string, string> =>
  Object.fromEntries(new URL(request?.url ?? 'https://nothing.example').searchParams);

describe('a server that refuses one way of asking is asked in another', () => {
  const refusing = (
    refuses: (request: RemoteRequest) => boolean,
    refusal = xmlReply(exception('InvalidParameterValue', 'no')),
    more: Parameters<typeof harvest>[1] = {},
  ) => harvest((request) => (refuses(request) ? refusal : pageOf(IDS, request)), more);
  const isSorted = ({ url, body = url }: RemoteRequest): boolean => /sortBy/i.test(body);

  test('one that cannot sort is listed without an order, and that is said', () => {
    const { ids, listing, requests } = refusing(isSorted);
    expect(ids).toEqual(IDS);
    expect(requests.map(({ method = 'GET' }) => method)).toEqual(['GET', 'POST', 'GET']);
    expect(listing.warnings[0]).toMatch(
      /^the remote refused one way of asking and is asked in another: .*InvalidParameterValue/,
    );
  });

  test.each([405, 400, 501])(
    'one that answers a query in the URL with status %i is asked by XML',
    (status) => {
      const { ids, requests } = refusing(({ method }) => method !== 'POST', textReply('no', { status }));
      expect(ids).toEqual(IDS);
      expect(requests.map(({ method = 'GET' }) => method)).toEqual(['GET', 'POST']);
    },
  );

  test('one that cannot filter by date is listed whole', () => {
    const { ids, requests } = refusing(
      ({ url, body = url }) => /modified/i.test(body.replace(/#.*/, '')),
      undefined,
      { asked: { changedSinceAt: 1e12 } },
    );
    expect(ids).toEqual(IDS);
    expect(requests).toHaveLength(5);
  });

  test('one that refuses everything fails with its own words, after a bounded number of requests', () => {
    const { listing, requests } = harvestRefused();
    expect(requests).toBeLessThanOrEqual(8);
    expect(listing).toContain('OperationNotSupported: closed');
  });

  test('an exception about a record is no reason to ask in another way', () => {
    const settings = csw.settings.parse({ version: '2.0.2', schema: 'gmd' });
    const request = csw.firstListing(CSW_URL, settings);
    const read = () =>
      csw.readListing(
        { url: CSW_URL, settings, request },
        xmlReply(exception('NoApplicableCode', 'Record serialization failed')),
      );
    expect(thrownBy(read).name).toBe('RemoteException');
  });

  test('a server of 3.0 alone is asked for its capabilities in 3.0', () => {
    const settings = csw.settings.parse({});
    const first = csw.firstListing(CSW_URL, settings, { changedSinceAt: Date.parse('2026-03-04T13:00:00Z') });
    const { next } = csw.readListing(
      { url: CSW_URL, settings, request: first },
      xmlReply(exception('VersionNegotiationFailed', 'no 2.0.2'), 400),
    );
    expect(queryOf(next[0])).toMatchObject({ request: 'GetCapabilities', version: '3.0.0' });
    const again = () =>
      csw.readListing(
        { url: CSW_URL, settings, request: next[0]! },
        xmlReply(exception('NoApplicableCode', 'down')),
      );
    expect(thrownBy(again).name).toBe('RemoteException');
    const { next: pages } = csw.readListing(
      { url: CSW_URL, settings, request: next[0]! },
      xmlReply(capabilities({ version: '3.0.0' })),
    );
    expect(queryOf(pages[0])).toMatchObject({
      version: '3.0.0',
      constraint: "apiso:Modified >= '2026-03-04'",
    });
  });
});

/** Goes on while the type proposes another way; the walk would stop at the error. */
function harvestRefused(): { listing: string; requests: number } {
  const settings = csw.settings.parse({});
  let request = csw.readListing(
    { url: CSW_URL, settings, request: csw.firstListing(CSW_URL, settings, { changedSinceAt: 1e12 }) },
    xmlReply(capabilities()),
  ).next[0];
  for (let requests = 1; ; requests += 1) {
    const current = request!;
    try {
      request = csw.readListing(
        { url: CSW_URL, settings, request: current },
        xmlReply(exception('OperationNotSupported', 'closed')),
      ).next[0];
    } catch (error) {
      return { listing: String(error), requests };
    }
  }
}
