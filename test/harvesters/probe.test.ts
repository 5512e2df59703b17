// Finding the type of a URL: what is asked in which order, and what is said when nothing fits.
import { describe, expect, test } from 'vitest';
import { HARVESTER_TYPES } from '../../lib/harvesters/index.ts';
import {
  noTypeFound,
  PROBE_REQUESTS_MAX,
  type ProbeReason,
  probePlan,
  type ProbeStep,
  readProbe,
  unanswered,
} from '../../lib/harvesters/probe.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { jsonReply, textReply, thrownBy } from './replies.ts';

/** In which order three of the types are asked, whatever others there are. */
function firstTypes(url: string): string[] {
  const asked = [...new Set(probePlan(url).flatMap(({ types }) => types))];
  return asked.filter((type) => ['geonode', 'wms', 'arcgis'].includes(type));
}

describe('probePlan', () => {
  test.each([
    ['https://node.example', ['geonode', 'wms', 'arcgis']],
    ['https://node.example/api/v2/resources/', ['geonode', 'wms', 'arcgis']],
    ['https://a.example/geoserver/ows', ['wms', 'geonode', 'arcgis']],
    ['https://a.example/x?SERVICE=WMS', ['wms', 'geonode', 'arcgis']],
    ['https://a.example/cgi-bin/mapserv?map=/x.map', ['wms', 'geonode', 'arcgis']],
    ['https://gis.example/arcgis/rest/services', ['arcgis', 'geonode', 'wms']],
    ['https://gis.example/x/MapServer/0', ['arcgis', 'geonode', 'wms']],
    ['https://gis.example/arcgis/services/X/MapServer/WMSServer?service=WMS', ['wms', 'arcgis', 'geonode']],
  ])('%s is asked as %j', (url, types) => {
    expect(firstTypes(url)).toEqual(types);
  });

  test.each([
    ['https://a.example/collections/x/items', 'ogc-records'],
    ['https://a.example/ogc-api', 'ogc-records'],
    ['https://a.example/stac/v1', 'stac'],
    ['https://a.example/cgi-bin/mapserv?map=/x.map&SERVICE=WFS&REQUEST=GetCapabilities', 'wfs'],
    ['https://a.example/geoserver/wfs?service=wfs', 'wfs'],
    ['https://a.example/geonetwork/srv/eng/csw', 'csw'],
    ['https://a.example/server/oai/request', 'oai-pmh'],
    ['https://a.example/geoserver/ows?service=CSW&request=GetCapabilities', 'csw'],
  ])('%s is asked first as %s', (url, type) => {
    expect(probePlan(url)[0]?.types).toContain(type);
  });

  test('asks every type once before it asks any of them again, nothing twice, and no more than is allowed', () => {
    const plan = probePlan('https://remote.example/x');
    expect(new Set(plan.slice(0, HARVESTER_TYPES.length).flatMap(({ types }) => types)).size).toBe(
      HARVESTER_TYPES.length,
    );
    const urls = plan.map(({ request }) => request.url);
    expect(new Set(urls).size).toBe(urls.length);
    expect(urls.length).toBeLessThanOrEqual(PROBE_REQUESTS_MAX);
    expect(urls.every((url) => new URL(url).host === 'remote.example')).toBe(true);
  });

  test.each(['', 'node.example', 'ftp://a.example', 'javascript:alert(1)', 'http://'])(
    '%j is refused',
    (url) => {
      expect(thrownBy(() => probePlan(url)).name).toBe('InputInvalid');
    },
  );
});

const URL_ASKED = 'https://remote.example/x';

function stepOf(type: string): ProbeStep {
  const step = probePlan(URL_ASKED).find(({ types }) => types.includes(type));
  if (step === undefined) throw new Error(`${type} is not asked`);
  return step;
}

describe('readProbe', () => {
  test('finds the type that a reply shows, with its title', () => {
    expect(
      readProbe(URL_ASKED, stepOf('geonode'), jsonReply({ links: {}, total: 0, resources: [] })),
    ).toEqual({ found: 'geonode' });
    expect(
      readProbe(URL_ASKED, stepOf('arcgis'), jsonReply({ currentVersion: 11, mapName: 'Roads', layers: [] })),
    ).toEqual({ found: 'arcgis', title: 'Roads' });
    const capabilities =
      '<WMS_Capabilities version="1.3.0"><Service><Title>Maps</Title></Service><Capability/></WMS_Capabilities>';
    expect(
      readProbe(
        URL_ASKED,
        stepOf('wms'),
        textReply(capabilities, { headers: { 'content-type': 'text/xml' } }),
      ),
    ).toEqual({ found: 'wms', title: 'Maps' });
  });

  test('asks each of the types that a step is for', () => {
    const shared: ProbeStep = { types: ['arcgis', 'geonode'], request: { url: URL_ASKED } };
    expect(readProbe(URL_ASKED, shared, jsonReply({ links: {}, total: 0, resources: [] }))).toEqual({
      found: 'geonode',
    });
    expect(readProbe(URL_ASKED, shared, jsonReply({}))).toEqual({
      found: undefined,
      reasons: [
        { type: 'arcgis', because: 'its JSON names no version of ArcGIS' },
        { type: 'geonode', because: 'its JSON is not that of the API v2' },
      ],
    });
  });

  test('of a page that is nothing says why, type for type', () => {
    const reasons: ProbeReason[] = [];
    for (const step of probePlan(URL_ASKED)) {
      const probed = readProbe(
        URL_ASKED,
        step,
        textReply('<html><title>Welcome</title>', {
          url: step.request.url,
          headers: { 'content-type': 'text/html' },
        }),
      );
      if (probed.found !== undefined) throw new Error(`a web page was taken for ${probed.found}`);
      reasons.push(...probed.reasons);
    }
    const error = noTypeFound(URL_ASKED, reasons);
    expect(error.name).toBe('InputInvalid');
    expect(error.message).toMatch(
      /^https:\/\/remote\.example\/x is none of the remotes that Reeve can harvest:\n {2}no geonode: .*HTML.*\n {2}no wms: .*\n {2}no arcgis: .*HTML/,
    );
  });
});

test('a step without a reply gives its types the reason', () => {
  const error = new ReeveError('RemoteUnreachable', 'https://remote.example: connection refused');
  expect(unanswered({ types: ['wms', 'arcgis'], request: { url: URL_ASKED } }, error)).toEqual([
    { type: 'wms', because: 'https://remote.example: connection refused' },
    { type: 'arcgis', because: 'https://remote.example: connection refused' },
  ]);
});

test('what is said at the end is short, and the last reason of a type counts', () => {
  const reasons = [
    { type: 'wms', because: 'x'.repeat(1_000) },
    { type: 'geonode', because: 'first' },
    { type: 'geonode', because: 'a GeoNode older than 3.2, which has no API v2' },
  ];
  expect(noTypeFound('https://u:p@a.example/?token=t', reasons).message).toBe(
    `https://a.example/?token=redacted is none of the remotes that Reeve can harvest:\n  no geonode: a GeoNode older than 3.2, which has no API v2\n  no wms: ${'x'.repeat(200)}`,
  );
});
