// Every recorded answer of an OAI-PMH repository: read with its records, or refused with the error it deserves.
import { describe, expect, test } from 'vitest';
import { oaiPmh } from '../../lib/harvesters/oai-pmh.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { fixturesIn, missingFixtures, readFixture } from './fixtures.ts';
import { expectValidRecord } from './valid-record.ts';

const URL_HARVESTED = 'https://repository.example/oai';
const why = missingFixtures('oaipmh', '_made');
/** How many records, behind a `+` those that fail, behind a `-` those that are deleted; or the name of the error. */
const EXPECTED: Readonly<Record<string, string>> = {
  'oaipmh/live-catmandu-badprefix.xml': 'RemoteException',
  'oaipmh/live-catmandu-listidentifiers.xml': '0+2-0',
  'oaipmh/live-catmandu-listrecords-p3.xml': '1+0-0',
  'oaipmh/live-pycsw3dev-listrecords-iso19139.xml': '10+0-0',
  'oaipmh/pycsw__get_ListRecords_datacite.xml': '0+10-0',
  'oaipmh/pyoai__00002.xml': '79+0-2',
  'oaipmh/sickle__GetRecord_utf8test.xml': '1+0-0',
  'oaipmh/sickle__ListRecords.xml': '1+0-1',
  'oaipmh/sickle__ListRecordsBroken.xml': 'RemoteUnreadable',
  'oaipmh/sickle__badResumptionToken.xml': 'RemoteException',
  'oaipmh/sickle__undefinedError.xml': 'RemoteException',
  '_made/oai-same-token.xml': '0+1-0',
};

describe.skipIf(why !== undefined)(`recorded answers${why === undefined ? '' : ` (skipped: ${why})`}`, () => {
  test('the table names every file there is', () => {
    const made = fixturesIn('_made').filter((file) => file.includes('oai'));
    expect([...fixturesIn('oaipmh'), ...made].sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  test.each(Object.entries(EXPECTED))('%s: %s', (file, expected) => {
    const settings = oaiPmh.settings.parse({ metadataPrefix: 'oai_dc' });
    const context = { url: URL_HARVESTED, settings, request: oaiPmh.firstListing(URL_HARVESTED, settings) };
    const outcome = (): string => {
      try {
        const { resources, gone = [] } = oaiPmh.readListing(context, {
          url: URL_HARVESTED,
          status: 200,
          headers: {},
          body: readFixture(file),
        });
        const readings = resources.map((resource) => oaiPmh.readResource(context, resource, undefined));
        for (const reading of readings) if (reading.reading === 'record') expectValidRecord(reading.record);
        const records = readings.filter(({ reading }) => reading === 'record').length;
        return `${records}+${readings.length - records}-${gone.length}`;
      } catch (caught) {
        if (caught instanceof ReeveError) return caught.name;
        throw caught;
      }
    };
    expect(outcome()).toBe(expected);
  });
});
