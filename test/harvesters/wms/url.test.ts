// Requests keep what belongs to the remote, and layers get an address that works.
import { describe, expect, test } from 'vitest';
import { bareUrl, capabilitiesUrl, serviceAddress } from '../../../lib/harvesters/wms/url.ts';

const ASKED = 'SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0';

describe('the request for the capabilities', () => {
  test.each([
    ['a bare URL', 'https://example.org/wms', `https://example.org/wms?${ASKED}`],
    ['one that ends in a question mark', 'https://example.org/wms?', `https://example.org/wms?${ASKED}`],
    ['an OWS address', 'https://example.org/geoserver/ows', `https://example.org/geoserver/ows?${ASKED}`],
    ['a host alone', 'https://example.org', `https://example.org/?${ASKED}`],
    [
      'a request of another version',
      'https://example.org/wms?service=WMS&version=1.1.1&request=GetCapabilities',
      `https://example.org/wms?${ASKED}`,
    ],
    [
      'parameters in any case',
      'https://example.org/wms?SeRvIcE=wms&RequesT=GetCapabilities',
      `https://example.org/wms?${ASKED}`,
    ],
    [
      'parameters of the server',
      'https://example.org/cgi?map=/data/a%2Fb.map&',
      `https://example.org/cgi?map=/data/a%2Fb.map&${ASKED}`,
    ],
    [
      'both',
      'https://example.org/cgi?REQUEST=GetCapabilities&map=a&SERVICE=WMS&language=fr',
      `https://example.org/cgi?map=a&language=fr&${ASKED}`,
    ],
    [
      'a GetMap that somebody pasted',
      'https://example.org/cgi?map=a&REQUEST=GetMap&LAYERS=x&BBOX=1,2,3,4&STYLES=&FORMAT=image/png',
      `https://example.org/cgi?map=a&${ASKED}`,
    ],
    [
      'an updateSequence, which would be answered with nothing',
      'https://example.org/wms?updateSequence=7',
      `https://example.org/wms?${ASKED}`,
    ],
    ['a fragment', 'https://example.org/wms#layers', `https://example.org/wms?${ASKED}`],
  ])('of %s', (_name, url, expected) => {
    expect(capabilitiesUrl(url, '1.3.0')).toBe(expected);
  });

  test('WMS 1.0.0 is asked in its own words', () => {
    expect(capabilitiesUrl('https://example.org/wms?WMTVER=1.0.0', '1.0.0')).toBe(
      'https://example.org/wms?WMTVER=1.0.0&REQUEST=capabilities&SERVICE=WMS',
    );
  });

  test('what is not a URL is bad input', () => {
    expect(() => capabilitiesUrl('not a url', '1.3.0')).toThrow(
      expect.objectContaining({ name: 'InputInvalid' }) as Error,
    );
  });
});

test('a parameter called layers stays when no other request was pasted', () => {
  expect(bareUrl('https://example.org/wms?layers=roads&service=WMS')).toBe(
    'https://example.org/wms?layers=roads',
  );
});

describe('the address that layers get', () => {
  const HARVESTED = 'https://maps.example.org/cgi?map=/a.map';

  test.each([
    ['nothing is advertised', undefined, { url: HARVESTED }],
    ['it is empty', ' ', { url: HARVESTED }],
    ['it is no URL of the web', 'ftp://maps.example.org/', { url: HARVESTED }],
    ['it is the same', 'https://maps.example.org/cgi?map=/a.map&SERVICE=WMS&', { url: HARVESTED }],
    [
      'it has another path on the same host',
      'https://maps.example.org/gs/ows?SERVICE=WMS&',
      { url: 'https://maps.example.org/gs/ows' },
    ],
    ['it lacks a parameter that was harvested', 'https://maps.example.org/cgi?', { url: HARVESTED }],
    [
      'it is http where https was harvested',
      'http://maps.example.org/gs/ows',
      { url: 'https://maps.example.org/gs/ows' },
    ],
    ['it is relative', '/gs/ows?', { url: 'https://maps.example.org/gs/ows' }],
  ])('when %s', (_name, advertised, expected) => {
    expect(serviceAddress(HARVESTED, HARVESTED, advertised)).toEqual(expected);
  });

  test.each([
    'http://localhost:8080/geoserver/wms',
    'http://10.1.2.3/wms',
    'http://192.168.0.7/wms',
    'http://[fd00::1]/wms',
    'http://169.254.169.254/wms',
    'http://gis-server-01/wms',
    'http://gis.city.local/wms',
  ])('%s is a host of the inside: the harvested address stays, with a warning', (advertised) => {
    const { url, other, warning } = serviceAddress(HARVESTED, HARVESTED, advertised);
    expect([url, other]).toEqual([HARVESTED, undefined]);
    expect(warning).toMatch(/another host; its layers keep the address that was harvested$/);
  });

  test('another public host is kept beside the harvested address', () => {
    const address = serviceAddress(HARVESTED, HARVESTED, 'https://wms.example.com/a?SERVICE=WMS&x=1');
    expect(address).toMatchObject({ url: HARVESTED, other: 'https://wms.example.com/a?x=1' });
  });

  test('another port is another host', () => {
    expect(serviceAddress(HARVESTED, HARVESTED, 'https://maps.example.org:8443/cgi')).toMatchObject({
      url: HARVESTED,
    });
  });

  test('the host that answered after a redirect is the remote itself', () => {
    const answered =
      'https://new.example.org/cgi?map=/a.map&SERVICE=WMS&REQUEST=GetCapabilities&VERSION=1.3.0';
    expect(serviceAddress(HARVESTED, answered, 'https://new.example.org/ows?')).toEqual({
      url: 'https://new.example.org/ows',
    });
  });
});
