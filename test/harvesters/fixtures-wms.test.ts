// Every recorded answer of a WMS, and every hand-made one: read with its layers, or refused with the error it deserves.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { wms } from '../../lib/harvesters/wms.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { SETTINGS } from './wms/documents.ts';
import { expectValidRecord } from './valid-record.ts';

const FIXTURES = process.env['REEVE_FIXTURES'] ?? join(import.meta.dirname, '../../../shared/fixtures');
const URL_HARVESTED = 'https://maps.example.org/wms';

/** The number of distinct named layers, or the name of the error. */
const EXPECTED: Readonly<Record<string, number | string>> = {
  'wms/ckanext-spatial__capabilities.xml': 2,
  'wms/deegree3__wms130-capabilities-getmap-endpoint-noquestionmark.xml': 25,
  'wms/geonetwork-ui__wallonie-wms-capabilities.xml': 3,
  'wms/geotools__1.1.0Capabilities.xml': 12,
  'wms/geotools__1.3.0Capabilities_EmptyOnlineResource.xml': 5,
  'wms/geotools__geot553capabilities.xml': 7,
  'wms/geotools__rootCRSscaps130.xml': 1,
  'wms/live-mapproxy115-caps-1.1.0.xml': 2,
  'wms/live-mapproxy115-exception-1.1.1.xml': 'RemoteException',
  'wms/live-mapserver8-caps-1.3.0.xml': 4,
  'wms/live-qgis322-caps-1.1.1.xml': 4,
  'wms/loaders.gl__dmsp.xml': 137,
  'wms/ogc-client__capabilities-brgm-1-1-1-iso-8859-15.xml': 5,
  'wms/ogc-client__capabilities-brgm-1-1-1.xml': 7,
  'wms/ogc-client__capabilities-states-1-3-0.xml': 1,
  'wms/ogc-client__service-exception-report-1-3-0.xml': 'RemoteException',
  'wms/owslib__wms-aasggeothermal-orwellheads-130.xml': 1,
  'wms/owslib__wms_Telascience.xml': 3,
  'wms/owslib__wms_dov_getcapabilities_111_nometadata.xml': 1,
  'wms/owslib__wms_geoserver-cap_no_title.xml': 3,
  'wms/owslib__wms_mesonet-caps-130_bom.xml': 3,
  'wms/owslib__wms_nationalatlas_getcapabilities_130.xml': 20,
  'wms/terriajs__bad_datetime.xml': 1,
  'wms/terriajs__comms_geoserver.xml': 5,
  'wms/terriajs__ncwms2_service.xml': 1,
  'wms/terriajs__wms_crs.xml': 5,
  'wms/terriajs__wms_nested_groups.xml': 6,
  '_made/arcgis-error-200.json': 'RemoteUnreadable',
  '_made/csw-nextrecord-loop.xml': 'RemoteUnreadable',
  '_made/json-bom.json': 'RemoteUnreadable',
  '_made/json-nan.json': 'RemoteUnreadable',
  '_made/oai-same-token.xml': 'RemoteUnreadable',
  '_made/wms-bad-utf8.xml': 1,
  '_made/wms-cdata-mixed.xml': 1,
  '_made/wms-deep-5000.xml': 'RemoteUnreadable',
  '_made/wms-empty.xml': 'RemoteUnreadable',
  '_made/wms-ok.xml': 1,
  '_made/wms-raw-ampersand.xml': 1,
  '_made/wms-truncated.xml': 'RemoteUnreadable',
  '_made/wms-windows-1251-odd.xml': 1,
};

const present = existsSync(join(FIXTURES, 'wms'));
const why = present ? '' : ` (skipped: no recorded answers at ${FIXTURES}; set REEVE_FIXTURES)`;

function read(file: string) {
  const body = readFileSync(join(FIXTURES, file));
  const context = {
    url: URL_HARVESTED,
    settings: SETTINGS,
    request: wms.firstListing(URL_HARVESTED, SETTINGS),
  };
  const listing = wms.readListing(context, { url: URL_HARVESTED, status: 200, headers: {}, body });
  const records = listing.resources.map((resource) => {
    const staged = JSON.parse(JSON.stringify(resource)) as typeof resource;
    const reading = wms.readResource(context, staged, undefined);
    if (reading.reading !== 'record') throw new Error(`${resource.id} is ${reading.reading}`);
    expectValidRecord(reading.record);
    return reading.record;
  });
  return { listing, records };
}

function outcomeOf(file: string): number | string {
  try {
    const { listing, records } = read(file);
    expect(listing.incomplete).toBeUndefined();
    expect(listing.matched).toBe(records.length);
    return records.length;
  } catch (error) {
    if (error instanceof ReeveError) return error.name;
    throw error;
  }
}

describe.skipIf(!present)(`recorded answers${why}`, () => {
  test('the table names every file there is', () => {
    const files = ['wms', '_made'].flatMap((folder) =>
      readdirSync(join(FIXTURES, folder)).map((file) => `${folder}/${file}`),
    );
    expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(Object.entries(EXPECTED))('%s: %s', (file, expected) => {
    expect(outcomeOf(file)).toBe(expected);
  });

  const titlesOf = (file: string) => read(file).records.map(({ properties }) => properties.title);

  test('odd encodings and broken markup give the right titles', () => {
    expect(titlesOf('_made/wms-windows-1251-odd.xml')[0]).toMatch(
      /^\p{Script=Cyrillic}+ \p{Script=Cyrillic}+$/u,
    );
    expect(titlesOf('_made/wms-raw-ampersand.xml')).toEqual(['Roads & Rail']);
    expect(titlesOf('_made/wms-cdata-mixed.xml')).toEqual(['x & <b>bold</b> y']);
    expect(titlesOf('_made/wms-bad-utf8.xml')[0]).toContain('\ufffd');
  });

  test('the document in ISO-8859-15 says of its layers what its twin in UTF-8 says', () => {
    const twin = new Map(
      read('wms/ogc-client__capabilities-brgm-1-1-1.xml').records.map((record) => [record.id, record]),
    );
    const records = read('wms/ogc-client__capabilities-brgm-1-1-1-iso-8859-15.xml').records;
    const descriptions = records.map(({ properties }) => properties.description ?? '');
    expect(descriptions.join()).toMatch(/é/);
    const shared = records.filter(({ id }) => twin.has(id));
    expect(shared.length).toBeGreaterThan(0);
    for (const { id, properties } of shared) expect(properties.title).toBe(twin.get(id)?.properties.title);
  });

  test('what was wrong with them is said', () => {
    const warningsOf = (file: string) => read(file).listing.warnings?.join('; ');
    expect(warningsOf('wms/owslib__wms_mesonet-caps-130_bom.xml')).toContain('the mark was ignored');
    expect(warningsOf('_made/wms-bad-utf8.xml')).toContain('became U+FFFD');
    expect(warningsOf('_made/wms-raw-ampersand.xml')).toContain('1 stray &');
  });
});
