// Small capabilities documents for the tests of the WMS reader, and what is read from them.
import type { Listing, RemoteReply } from '../../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import { wms, type WmsSettings } from '../../../lib/harvesters/wms.ts';
import { expectValidRecord } from '../valid-record.ts';

export const URL_HARVESTED = 'https://maps.example.org/wms?map=/a.map';
export const SETTINGS = wms.settings.parse({});

export function replyOf(body: string, more: Partial<RemoteReply> = {}): RemoteReply {
  return { url: URL_HARVESTED, status: 200, headers: {}, body: Buffer.from(body), ...more };
}

export function listingOf(body: string, settings: WmsSettings = SETTINGS): Listing {
  const request = wms.firstListing(URL_HARVESTED, settings);
  return wms.readListing({ url: URL_HARVESTED, settings, request }, replyOf(body));
}

/** As the session does it: through JSON, where the listing is staged. */
export function recordsOf(listing: Listing): Record<string, CatalogueRecord> {
  const records = listing.resources.map((resource) => {
    const staged = JSON.parse(JSON.stringify(resource)) as typeof resource;
    const reading = wms.readResource({ url: URL_HARVESTED, settings: SETTINGS }, staged, undefined);
    if (reading.reading !== 'record') throw new Error(`${resource.id} is ${reading.reading}`);
    expectValidRecord(reading.record);
    return reading.record;
  });
  return Object.fromEntries(records.map((record) => [record.id, record]));
}

export const GEOGRAPHIC = (west: string, south: string, east: string, north: string): string =>
  `<EX_GeographicBoundingBox><westBoundLongitude>${west}</westBoundLongitude><eastBoundLongitude>${east}</eastBoundLongitude>` +
  `<southBoundLatitude>${south}</southBoundLatitude><northBoundLatitude>${north}</northBoundLatitude></EX_GeographicBoundingBox>`;

export const href = (url: string): string =>
  `<OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="${url}"/>`;

export const capabilities13 = (layers: string, service = '<Title>Service</Title>', map = ''): string =>
  `<WMS_Capabilities version="1.3.0" xmlns="http://www.opengis.net/wms"><Service><Name>WMS</Name>${service}</Service><Capability>` +
  `<Request><GetMap><DCPType><HTTP><Get>${map}</Get></HTTP></DCPType></GetMap></Request>${layers}</Capability></WMS_Capabilities>`;

export const capabilities11 = (layers: string): string =>
  '<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/capabilities_1_1_1.dtd" [<!ELEMENT VendorSpecificCapabilities EMPTY>]>' +
  `<WMT_MS_Capabilities version="1.1.1"><Service><Name>OGC:WMS</Name></Service><Capability>${layers}</Capability></WMT_MS_Capabilities>`;

export const one = (layer: string, service?: string): CatalogueRecord =>
  recordsOf(
    listingOf(
      capabilities13(`<Layer><Title>root</Title><Layer><Name>a</Name>${layer}</Layer></Layer>`, service),
    ),
  )['a']!;
