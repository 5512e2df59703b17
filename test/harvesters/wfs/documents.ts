// Small capabilities documents for the tests of the WFS reader, and what is read from them.
import type { Listing, RemoteReply } from '../../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import { wfs } from '../../../lib/harvesters/wfs.ts';
import { expectValidRecord } from '../valid-record.ts';

export const URL_HARVESTED = 'https://maps.example.org/wfs?map=/a.map';
export const SETTINGS = wfs.settings.parse({});

export function replyOf(body: string | Uint8Array, more: Partial<RemoteReply> = {}): RemoteReply {
  return { url: URL_HARVESTED, status: 200, headers: {}, body: Buffer.from(body), ...more };
}

export function listingOf(
  body: string | Uint8Array,
  request = wfs.firstListing(URL_HARVESTED, SETTINGS),
): Listing {
  return wfs.readListing({ url: URL_HARVESTED, settings: SETTINGS, request }, replyOf(body));
}

/** As the session does it: through JSON, where the listing is staged. */
export function recordsOf(listing: Listing): Record<string, CatalogueRecord> {
  const records = listing.resources.map((resource) => {
    const staged = JSON.parse(JSON.stringify(resource)) as typeof resource;
    const reading = wfs.readResource({ url: URL_HARVESTED, settings: SETTINGS }, staged, undefined);
    if (reading.reading !== 'record') throw new Error(`${resource.id}: ${reading.because}`);
    expectValidRecord(reading.record);
    return [reading.record.id, reading.record] as const;
  });
  return Object.fromEntries(records);
}

export const featureType = (name: string, more = ''): string =>
  `<FeatureType><Name>${name}</Name><Title>Title of ${name}</Title>${more}</FeatureType>`;

export const wgs84 = (lower: string, upper: string): string =>
  `<ows:WGS84BoundingBox><ows:LowerCorner>${lower}</ows:LowerCorner><ows:UpperCorner>${upper}</ows:UpperCorner></ows:WGS84BoundingBox>`;

export const exception = (code: string, text = ''): string =>
  `<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows/1.1" version="2.0.0"><ows:Exception exceptionCode="${code}"><ows:ExceptionText>${text}</ows:ExceptionText></ows:Exception></ows:ExceptionReport>`;

interface Parts {
  readonly version?: string;
  readonly sequence?: string;
  readonly get?: string;
}

export const wfs2 = (
  featureTypes: string,
  { version = '2.0.0', sequence = '7', get = 'https://maps.example.org/wfs?' }: Parts = {},
): string =>
  `<wfs:WFS_Capabilities xmlns:wfs="http://www.opengis.net/wfs/2.0" xmlns="http://www.opengis.net/wfs/2.0" xmlns:ows="http://www.opengis.net/ows/1.1" xmlns:xlink="http://www.w3.org/1999/xlink" version="${version}" updateSequence="${sequence}">
  <ows:ServiceIdentification><ows:Title>The county</ows:Title><ows:Fees>NONE</ows:Fees><ows:AccessConstraints>CC-BY licence</ows:AccessConstraints></ows:ServiceIdentification>
  <ows:ServiceProvider><ows:ProviderName>County</ows:ProviderName><ows:ProviderSite xlink:href="https://county.example.org"/><ows:ServiceContact><ows:IndividualName>Maud</ows:IndividualName><ows:ContactInfo><ows:Phone><ows:Voice>+1</ows:Voice></ows:Phone><ows:Address><ows:ElectronicMailAddress>m@county.example.org</ows:ElectronicMailAddress></ows:Address></ows:ContactInfo></ows:ServiceContact></ows:ServiceProvider>
  <ows:OperationsMetadata><ows:Operation name="GetFeature"><ows:DCP><ows:HTTP><ows:Get xlink:href="${get}"/></ows:HTTP></ows:DCP><ows:Parameter name="outputFormat"><ows:AllowedValues><ows:Value>application/json</ows:Value><ows:Value>SHAPE-ZIP</ows:Value></ows:AllowedValues></ows:Parameter></ows:Operation></ows:OperationsMetadata>
  <FeatureTypeList>${featureTypes}</FeatureTypeList></wfs:WFS_Capabilities>`;
