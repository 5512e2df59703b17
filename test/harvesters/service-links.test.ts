// What the links of a distribution lead to.
import { expect, test } from 'vitest';
import { formatOf, linksOfDistribution, protocolOf } from '../../lib/harvesters/service-links.ts';

test.each([
  ['WMS', 'https://a.example/x', 'OGC:WMS'],
  ['wfs', 'https://a.example/x', 'OGC:WFS'],
  ['', 'https://a.example/ows?SERVICE=WMS&request=GetCapabilities', 'OGC:WMS'],
  ['', 'https://a.example/geoserver/wmts', 'OGC:WMTS'],
  ['ArcGIS GeoServices REST API', 'https://a.example/x', 'ESRI:REST'],
  ['Esri REST', 'https://a.example/rest/services/X/ImageServer', 'ESRI:REST'],
  ['API', 'https://a.example/arcgis/rest/services/X/FeatureServer/0?f=json', 'ESRI:REST'],
  ['', 'https://a.example/arcgis/services/X/MapServer/WMSServer', 'OGC:WMS'],
  ['CSV', 'https://a.example/newsletter/wmsimple.csv', undefined],
  ['HTML', 'https://a.example/arcgis/rest/services', undefined],
])('%j at %s is %j', (format, url, protocol) => {
  expect(protocolOf(format, url)).toBe(protocol);
});

test('a file, a service, a page and all else have relations of their own', () => {
  const relations = [
    { downloadUrl: 'https://a.example/x.csv', format: 'CSV' },
    { accessUrl: 'https://a.example/wms', format: 'WMS' },
    { accessUrl: 'https://a.example/api', format: 'API' },
    { accessUrl: 'https://a.example/about', mediaType: 'text/html' },
    { accessUrl: 'https://a.example/somewhere' },
  ].map((distribution) => linksOfDistribution(distribution).map(({ rel }) => rel));
  expect(relations).toEqual([['enclosure'], ['service'], ['service'], ['alternate'], ['related']]);
});

test('the same URL for access and download is one link', () => {
  const url = 'https://a.example/x.csv';
  expect(
    linksOfDistribution({ accessUrl: url, downloadUrl: url, title: 'X', mediaType: 'text/csv' }),
  ).toEqual([{ href: url, rel: 'enclosure', title: 'X', type: 'text/csv' }]);
});

test('a format is the catalogue’s own word, the end of a URI of a register, or the media type', () => {
  expect(formatOf({ format: ' SHP ', mediaType: 'application/zip' })).toBe('SHP');
  expect(formatOf({ format: 'http://publications.europa.eu/resource/authority/file-type/CSV' })).toBe('CSV');
  expect(formatOf({ mediaType: 'https://www.iana.org/assignments/media-types/text/csv' })).toBe('text/csv');
  expect(formatOf({})).toBeUndefined();
});
