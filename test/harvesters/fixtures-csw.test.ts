// Every recorded answer of a CSW: read with its records, or refused with the error it deserves.
import { describe, expect, test } from 'vitest';
import { csw } from '../../lib/harvesters/csw.ts';
import { listedMetadata } from '../../lib/harvesters/metadata.ts';
import { readListed } from '../../lib/harvesters/listed.ts';
import type { CatalogueRecord } from '../../lib/harvesters/record.ts';
import { readXml } from '../../lib/harvesters/xml.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { fixturesIn, missingFixtures, readFixture } from './fixtures.ts';
import { expectValidRecord } from './valid-record.ts';

const URL_HARVESTED = 'https://catalogue.example/csw';
const SETTINGS = csw.settings.parse({ version: '2.0.2', schema: 'gmd', method: 'get', sortBy: 'none' });
const why = missingFixtures('csw', '_made');

/** How many records; the records that fail behind a `+`; or the name of the error. */
const EXPECTED: Readonly<Record<string, string>> = {
  'csw/ckanext-spatial__02_Dataset_Invalid_19139_Missing_Data_Format.xml': '1',
  'csw/ckanext-spatial__error_bad_xml.xml': 'RemoteUnreadable',
  'csw/csw-client__capabilities-ok.xml': 'RemoteUnreadable',
  'csw/csw-client__harvest-records-onepage.xml': '10',
  'csw/csw-client__records-hits-basic.xml': '0',
  'csw/datagov-harvester__valid_iso_too_many_keywords.xml': '1',
  'csw/deegree3__withoutFileIdentifier.xml': '0+1',
  'csw/geonetwork-ui__sextant.iso19115-3.dataset.xml': '1',
  'csw/live-pycsw3dev-exception-2.0.2.xml': 'RemoteException',
  'csw/live-pycsw3dev-getrecords-2.0.2-dc-last.xml': '2',
  'csw/live-pycsw3dev-getrecords-2.0.2-gmd.xml': '10',
  'csw/live-pycsw3dev-getrecords-3.0.0-dc.xml': '5',
  'csw/owslib__9250AA67-F3AC-6C12-0CB9-0662231AA181_dif.xml': '0+1',
  'csw/owslib__arcgis-sample.xml': '1',
  'csw/owslib__csw_geobretagne_mdmetadata.xml': '1',
  'csw/owslib__inspire-getrecords-response.xml': '2',
  'csw/owslib__iso_keywords_anchor.xml': '1',
  'csw/owslib__metawal.wallonie.be-catchments.xml': '1',
  'csw/parsers__exception-report.xml': 'RemoteException',
  'csw/parsers__grandlyon-dc.xml': '1',
  'csw/parsers__siglr-malformed.xml': '1',
  'csw/pycsw__file_id_with_driveletter_and_backslashes.xml': '1',
  'csw/pycsw__pacioos-NS06agg.xml': '1',
  'csw/pycsw__post_GetRecords-anytext.xml': '5',
  'csw/terriajs__Example1GetDomain.xml': 'RemoteUnreadable',
  'csw/terriajs__Example1GetRecordsPage2.xml': '100',
  'csw/terriajs__ReferencesWithoutProtocol.xml': '5',
  'csw/udata__geonetwork-dcat-page-1.xml': '0+2',
  'csw/udata__geonetwork-iso19139-page-1.xml': '2',
  'csw/udata__geonetwork-iso19139-page-5.xml': '2',
  '_made/csw-nextrecord-loop.xml': '0',
};

/** A page of a listing, or a record alone as a folder of files or GetRecordById has it. */
function resourcesIn(file: string) {
  const reply = { url: URL_HARVESTED, status: 200, headers: {}, body: readFixture(file) };
  const request = csw.firstListing(URL_HARVESTED, SETTINGS);
  const isAlone = /<(\w+:)?(M[DI]_Metadata|Record|DIF)\b/.exec(reply.body.toString().slice(0, 2_000))?.[0];
  const isPage = reply.body.toString().includes('GetRecordsResponse');
  if (isAlone === undefined || isPage)
    return csw.readListing({ url: URL_HARVESTED, settings: SETTINGS, request }, reply).resources;
  const found: ReturnType<typeof listedMetadata>[] = [];
  const roots = ['MD_Metadata', 'MI_Metadata', 'Record', 'DIF'];
  readXml(
    reply,
    { asked: 'the record', roots },
    {
      open: () => 'whole',
      whole: (element, _path, cut) => void found.push(listedMetadata(element, { cut })),
    },
  );
  return found;
}

function recordsIn(file: string): { records: CatalogueRecord[]; failed: number } {
  const records: CatalogueRecord[] = [];
  let failed = 0;
  for (const resource of resourcesIn(file)) {
    const reading = readListed(JSON.parse(JSON.stringify(resource)) as typeof resource);
    if (reading.reading === 'record') {
      expectValidRecord(reading.record);
      expect(reading.record.id).toBe(resource.id);
      records.push(reading.record);
    } else failed += 1;
  }
  return { records, failed };
}

function outcomeOf(file: string): string {
  try {
    const { records, failed } = recordsIn(file);
    return failed === 0 ? String(records.length) : `${records.length}+${failed}`;
  } catch (error) {
    if (error instanceof ReeveError) return error.name;
    throw error;
  }
}

describe.skipIf(why !== undefined)(`recorded answers${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test('the table names every file there is', () => {
    const made = fixturesIn('_made').filter((file) => file.includes('csw'));
    expect([...fixturesIn('csw'), ...made].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(Object.entries(EXPECTED))('%s: %s', (file, expected) => {
    expect(outcomeOf(file)).toBe(expected);
  });

  const only = (file: string): CatalogueRecord => recordsIn(`csw/${file}`).records[0]!;

  test('ISO 19115-3 is read with nothing lost', () => {
    const { bbox, properties, links } = only('owslib__metawal.wallonie.be-catchments.xml');
    expect(bbox).toEqual([2.75, 49.45, 6.5, 50.85]);
    expect(properties).toMatchObject({
      type: 'series',
      title: 'Protection des captages - Série',
      language: 'fr',
      created: '2019-04-02T12:32:13Z',
      updated: '2023-08-08T07:34:11.366Z',
      license: 'https://geoportail.wallonie.be/files/documents/ConditionsSPW/DataSPW-CGA.pdf',
      crs: ['EPSG:31370'],
    });
    expect(properties.keywords).toEqual(
      expect.arrayContaining(['Sol et sous-sol', 'eau potable', 'WalOnMap', 'inlandWaters']),
    );
    expect(properties.contacts).toContainEqual({
      name: 'Véronique Willame',
      organization: expect.stringContaining('Direction des Eaux souterraines') as string,
      emails: ['veronique.willame@spw.wallonie.be'],
      phones: ['+32 (0)81/335923'],
      roles: ['custodian', 'pointOfContact'],
    });
    expect(properties.externalIds).toContainEqual({ scheme: 'BE.SPW.INFRASIG.GINET', value: 'PROTECT_CAPT' });
    expect(new Set(links.map(({ rel }) => rel))).toEqual(
      new Set(['related', 'preview', 'describedby', 'service']),
    );
  });

  test('an id with backslashes stays as it is, and no element borrows what its neighbour says', () => {
    expect(only('pycsw__file_id_with_driveletter_and_backslashes.xml').id).toContain('C:\\\\hi');
    const noaa = only('datagov-harvester__valid_iso_too_many_keywords.xml');
    expect(noaa.properties.description).toBeUndefined();
    expect(noaa.properties.keywords).toHaveLength(1_000);
  });

  test('boxes of GeoNetwork, whose corners are the other way round, and those of pycsw are the right way round', () => {
    expect(only('terriajs__Example1GetRecordsPage2.xml').bbox).toEqual([
      100, -49.999998331, 175.00038147, 3.000264883,
    ]);
    expect(recordsIn('csw/live-pycsw3dev-getrecords-3.0.0-dc.xml').records[1]?.bbox).toEqual([
      13.75, 60.04, 17.92, 68.41,
    ]);
    expect(only('parsers__grandlyon-dc.xml').bbox).toEqual([4.681, 45.55, 5.067, 45.917]);
  });
});
