// The update sequence of WMS and WFS: a server may say that nothing has changed, and nothing else is taken for that.
import { describe, expect, test } from 'vitest';
import type { HarvesterType, Listing } from '../../lib/harvesters/harvester.ts';
import { wfs } from '../../lib/harvesters/wfs.ts';
import { wms } from '../../lib/harvesters/wms.ts';
import { textReply, thrownBy } from './replies.ts';
import { exception, featureType, wfs2 } from './wfs/documents.ts';
import { capabilities13 } from './wms/documents.ts';

const URL_ASKED = 'https://maps.example.org/ows?map=/a.map';
const sequenced = (document: string, sequence: string): string =>
  document.replace(
    / version="([\d.]+)"( updateSequence="[^"]*")?/,
    ` version="$1" updateSequence="${sequence}"`,
  );
const wmsException = (code: string): string =>
  `<ServiceExceptionReport version="1.3.0"><ServiceException code="${code}">no</ServiceException></ServiceExceptionReport>`;

interface Spoken {
  readonly type: HarvesterType;
  readonly document: string;
  readonly empty: string;
  readonly report: (code: string) => string;
}

const TYPES: readonly (readonly [string, Spoken])[] = [
  [
    'wms',
    {
      type: wms,
      document: capabilities13('<Layer><Layer><Name>a</Name></Layer></Layer>'),
      empty: '<WMS_Capabilities version="1.3.0"/>',
      report: wmsException,
    },
  ],
  [
    'wfs',
    {
      type: wfs,
      document: wfs2(featureType('a')),
      empty: '<WFS_Capabilities version="2.0.0"/>',
      report: exception,
    },
  ],
];

describe.each(TYPES)('%s', (_, { type, document, empty, report }) => {
  const settings = type.settings.parse({});
  const first = (state?: object): ReturnType<typeof type.firstListing> =>
    type.firstListing(
      URL_ASKED,
      settings,
      state === undefined ? {} : { state: state as { updateSequence: string } },
    );
  const read = (body: string, state?: object): Listing =>
    type.readListing(
      { url: URL_ASKED, settings, request: first(state) },
      textReply(body, { url: URL_ASKED, headers: {} }),
    );
  const KNOWN = { updateSequence: '2024-01-01T00:00:00Z' };

  test('is handed back by a listing, and asked with the next', () => {
    expect(read(sequenced(document, '2024-01-01T00:00:00Z')).state).toEqual(KNOWN);
    expect(first().url).not.toContain('UPDATESEQUENCE');
    expect(first(KNOWN).url).toBe(`${first().url}&UPDATESEQUENCE=2024-01-01T00%3A00%3A00Z`);
  });

  test.each([
    ['the exception that says so', () => report('CurrentUpdateSequence')],
    ['a document with its sequence and nothing else', () => sequenced(empty, '2024-01-01T00:00:00Z')],
  ])('%s means that nothing has changed', (__, body) => {
    expect(read(body(), KNOWN)).toEqual({ resources: [], next: [], unchanged: true, state: KNOWN });
  });

  test('a document that is sent all the same is read', () => {
    const listing = read(sequenced(document, '2025-01-01T00:00:00Z'), KNOWN);
    expect(listing).toMatchObject({ matched: 1, state: { updateSequence: '2025-01-01T00:00:00Z' } });
    expect(listing.unchanged).toBeUndefined();
  });

  test('an empty document with another sequence, or that was not asked so, is an empty listing', () => {
    expect(read(sequenced(empty, '2025-01-01T00:00:00Z'), KNOWN)).toMatchObject({
      resources: [],
      matched: 0,
    });
    expect(read(sequenced(empty, '2024-01-01T00:00:00Z'))).toMatchObject({ resources: [], matched: 0 });
    expect(read(sequenced(empty, '2024-01-01T00:00:00Z')).unchanged).toBeUndefined();
  });

  test('a server that counts anew is asked without it', () => {
    expect(read(report('InvalidUpdateSequence'), KNOWN).next).toEqual([first()]);
  });

  test('without having been asked, or as another exception, it is an exception', () => {
    expect(thrownBy(() => read(report('CurrentUpdateSequence'))).name).toBe('RemoteException');
    expect(thrownBy(() => read(report('NoApplicableCode'), KNOWN)).name).toBe('RemoteException');
  });

  test.each([{ updateSequence: 5 }, {}, { other: 'x' }])('a state of %j is no reason to fail', (state) => {
    expect(() => first(state)).not.toThrow();
  });
});
