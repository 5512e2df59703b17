import { crc32, inflateSync } from 'node:zlib';
import sax from 'sax';
import { expect, test } from 'vitest';
import { negotiated } from '../../lib/sample/wms.ts';
import { ask } from './ask.ts';
import { started } from './started.ts';

/** Throws unless the text is well-formed; gives the elements by name, with their text. */
function elements(xml: string): { name: string; text: string; path: string }[] {
  const found: { name: string; text: string; path: string }[] = [];
  const open: { name: string; text: string }[] = [];
  const parser = sax.parser(true);
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name }) => open.push({ name, text: '' });
  parser.ontext = (text) => {
    if (open.length > 0) open.at(-1)!.text += text;
  };
  parser.onclosetag = () => {
    const path = open.map(({ name }) => name).join('/');
    found.push({ ...open.pop()!, path });
  };
  parser.write(xml).close();
  return found;
}

test.each([
  [undefined, '1.3.0'],
  ['', '1.3.0'],
  ['1.3.0', '1.3.0'],
  ['1.3', '1.3.0'],
  ['1.1.1', '1.1.1'],
  ['1.2.0', '1.1.1'],
  ['1.0.0', '1.1.1'],
  ['0.0.1', '1.1.1'],
  ['2.0.0', '1.3.0'],
  ['1.x', undefined],
])('asked for version %s it speaks %s (WMS 1.3.0, 6.2.4)', (asked, spoken) => {
  expect(negotiated(asked)).toBe(spoken);
});

test.each([
  ['1.1.1', 'WMT_MS_Capabilities', 'application/vnd.ogc.wms_xml', 'SRS'],
  ['1.3.0', 'WMS_Capabilities', 'text/xml', 'CRS'],
])(
  'capabilities %s are well-formed, with every dataset that is no document as a named layer',
  async (version, root, type, system) => {
    const remote = await started({ datasets: 120 });
    const answer = await ask(`${remote.wmsUrl}?SERVICE=wms&Request=GetCapabilities&VERSION=${version}`);
    expect(answer.headers['content-type']).toContain(type);
    const found = elements(answer.text);
    expect(found.at(-1)!.name).toBe(root);
    const layers = Array.from({ length: 120 }, (_, index) => remote.catalogue.dataset(index + 1)!).filter(
      ({ geometry }) => geometry !== 'document',
    );
    const names = found.filter(({ path }) => path.endsWith('Layer/Layer/Layer/Name')).map(({ text }) => text);
    expect(names.toSorted()).toEqual(layers.map(({ name }) => `wendlemere:${name}`).toSorted());
    expect(
      new Set(found.filter(({ name }) => name === system).map(({ path }) => path.split('/').length)),
    ).toEqual(new Set([4]));
    expect(found.filter(({ text }) => text === 'Water & tides')).toHaveLength(1);
  },
);

test('the box of EPSG:4326 has latitude first in 1.3.0 and longitude first in 1.1.1', async () => {
  const remote = await started();
  const at = async (version: string) =>
    (await ask(`${remote.wmsUrl}?service=WMS&request=GetCapabilities&version=${version}`)).text;
  expect(await at('1.3.0')).toContain(
    '<BoundingBox CRS="EPSG:4326" minx="48.9" miny="-10.6" maxx="49.6" maxy="-9.4"/>',
  );
  expect(await at('1.1.1')).toContain(
    '<BoundingBox SRS="EPSG:4326" minx="-10.6" miny="48.9" maxx="-9.4" maxy="49.6"/>',
  );
});

test('GetMap answers a PNG of the size that was asked', async () => {
  const remote = await started();
  const map =
    'service=WMS&request=GetMap&layers=wendlemere:weirs&styles=&format=image/png&width=33&height=20';
  for (const version of [
    'version=1.3.0&crs=EPSG:4326&bbox=48.9,-10.6,49.6,-9.4',
    'version=1.1.1&srs=EPSG:4326&bbox=-10.6,48.9,-9.4,49.6',
  ]) {
    const { bytes, headers } = await ask(`${remote.wmsUrl}?${map}&${version}`);
    expect(headers['content-type']).toBe('image/png');
    expect(bytes.subarray(1, 4).toString()).toBe('PNG');
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([33, 20]);
    expect(bytes.readUInt32BE(29)).toBe(crc32(bytes.subarray(12, 29)));
    const data = bytes.indexOf('IDAT');
    expect(inflateSync(bytes.subarray(data + 4, data + 4 + bytes.readUInt32BE(data - 4)))).toHaveLength(
      20 * (1 + 5),
    );
  }
});

test.each([
  ['', 'MissingParameterValue'],
  ['request=GetCapabilities', 'MissingParameterValue'],
  ['service=WMS&request=Dance', 'OperationNotSupported'],
  ['service=WMS&request=GetCapabilities&version=latest', 'InvalidParameterValue'],
  ['service=WMS&request=GetCapabilities&updateSequence=40', 'CurrentUpdateSequence'],
  ['service=WMS&request=GetMap&version=1.3.0&layers=atlantis', 'LayerNotDefined'],
  ['service=WMS&request=GetMap&version=1.3.0&layers=wendlemere:weirs&crs=EPSG:31467', 'InvalidCRS'],
  ['service=WMS&request=GetMap&version=1.1.1&layers=wendlemere:weirs&srs=CRS:84', 'InvalidSRS'],
  ['service=WMS&request=GetMap&layers=wendlemere:weirs&crs=CRS:84&format=image/tiff', 'InvalidFormat'],
  [
    'service=WMS&request=GetMap&layers=wendlemere:weirs&crs=CRS:84&format=image/png&bbox=2,2,1,1&width=1&height=1',
    'InvalidParameterValue',
  ],
  [
    'service=WMS&request=GetMap&layers=wendlemere:weirs&crs=CRS:84&format=image/png&bbox=1,1,2,2&width=9999&height=1',
    'InvalidParameterValue',
  ],
  ['service=WMS&request=GetLegendGraphic&layer=wendlemere:drainage_award', 'LayerNotDefined'],
])('nonsense ("%s") gets a service exception with status 200 and code %s', async (query, code) => {
  const remote = await started();
  const answer = await ask(`${remote.wmsUrl}?${query}`);
  expect(answer.status).toBe(200);
  expect(elements(answer.text).at(-1)!.name).toBe('ServiceExceptionReport');
  expect(answer.text).toContain(`code="${code}"`);
});
