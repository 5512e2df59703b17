// Layers of ArcGIS that are asked for one by one, and what becomes of their extents.
import { describe, expect, test } from 'vitest';
import { arcgis, ArcgisSettings } from '../../../lib/harvesters/arcgis.ts';
import type { RemoteReply } from '../../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import type { Json } from '../../../lib/json.ts';
import { jsonReply, textReply, thrownBy } from '../replies.ts';
import { expectValidRecord } from '../valid-record.ts';
import { DEGREES, isReply, LOCKED, ROOT } from './site.ts';

const settings = ArcgisSettings.parse({});

describe('a layer asked for by itself', () => {
  const resource = { id: 'S/MapServer/3', hint: { wms: true } };

  function read(answer: Json | RemoteReply) {
    const reply = isReply(answer) ? answer : jsonReply(answer);
    return arcgis.readResource({ url: ROOT, settings }, resource, reply);
  }

  test.each([
    [
      'another layer',
      { id: 0, name: 'x', type: 'Feature Layer' },
      'asked for layer 3, the remote answered with layer 0',
    ],
    ['no number', { name: 'x' }, 'asked for layer 3, the remote answered with layer without a number'],
    ['a group', { id: 3, name: 'x', type: 'Group Layer' }, 'it is a group of layers'],
    ['a number and no more', { id: 3 }, 'the answer describes no layer'],
  ])('that is answered with %s is invalid', (_, json, because) => {
    expect(read(json)).toEqual({ reading: 'invalid', because });
  });

  test('that is not there any more is gone', () => {
    expect(read({ error: { code: 404, message: 'Layer not found' } })).toEqual({
      reading: 'gone',
      because: 'the remote answered with 404',
    });
    expect(read(textReply('', { status: 404 })).reading).toBe('gone');
  });

  test('that is locked or broken is an error of the remote', () => {
    expect(thrownBy(() => read(LOCKED)).name).toBe('RemoteRefused');
    expect(thrownBy(() => read({ error: { code: 500, message: 'x' } })).name).toBe('RemoteException');
    expect(thrownBy(() => read(textReply('<html>'))).name).toBe('RemoteUnreadable');
  });

  function recordOf(more: Json): CatalogueRecord {
    const reading = read({ ...(more as object), id: 3, name: 'x', type: 'Feature Layer' });
    if (reading.reading !== 'record') throw new Error(reading.because);
    expectValidRecord(reading.record);
    return reading.record;
  }

  const mercator = { xmin: 15661191.765, ymin: -4742385.357, xmax: 16706777.249, ymax: -4022464.605 };
  test.each([
    [
      'in Web Mercator',
      { extent: { ...mercator, spatialReference: { wkid: 102100, latestWkid: 3857 } } },
      [140.687, -39.144, 150.08, -33.953],
      ['EPSG:3857'],
    ],
    [
      'under its old number',
      { extent: { ...mercator, spatialReference: { wkid: 102100 } } },
      [140.687, -39.144, 150.08, -33.953],
      ['EPSG:3857'],
    ],
    [
      'in GDA94',
      { extent: { xmin: 113, ymin: -43, xmax: 153, ymax: -9, spatialReference: { wkid: 4283 } } },
      [113, -43, 153, -9],
      ['EPSG:4283'],
    ],
    [
      'of numbers as texts',
      { extent: { xmin: '6', ymin: '46', xmax: '8', ymax: '47', spatialReference: DEGREES } },
      [6, 46, 8, 47],
      ['EPSG:4326'],
    ],
    [
      'whose system stands beside it',
      { fullExtent: { xmin: 6, ymin: 46, xmax: 8, ymax: 47 }, spatialReference: DEGREES },
      [6, 46, 8, 47],
      ['EPSG:4326'],
    ],
  ])('has an extent %s', (_, json, bbox, crs) => {
    const record = recordOf(json);
    expect(record.bbox?.map((number) => Math.round(number * 1_000) / 1_000)).toEqual(bbox);
    expect(record.properties.crs).toEqual(crs);
  });

  test.each([
    [
      'NaN',
      { extent: { xmin: 'NaN', ymin: 'NaN', xmax: 'NaN', ymax: 'NaN', spatialReference: DEGREES } },
      'the extent is not four numbers and was left out',
    ],
    [
      'without a number for its system',
      { extent: { xmin: 1, ymin: 2, xmax: 3, ymax: 4, spatialReference: { wkt: 'PROJCS[...]' } } },
      'the extent is in a coordinate system without a number, from which Reeve does not convert, and was left out',
    ],
    [
      'in feet of a state',
      {
        extent: { xmin: 1, ymin: 2, xmax: 3, ymax: 4, spatialReference: { wkid: 102671, latestWkid: 3435 } },
      },
      'the extent is in EPSG:3435, from which Reeve does not convert, and was left out',
    ],
    [
      "in a system of Esri's own",
      { extent: { xmin: 1, ymin: 2, xmax: 3, ymax: 4, spatialReference: { wkid: 102008 } } },
      'the extent is in ESRI:102008, from which Reeve does not convert, and was left out',
    ],
  ])('has an extent %s, which is left out, and that is said', (_, json, note) => {
    const record = recordOf(json);
    expect(record.geometry).toBeNull();
    expect(record.properties.notes).toEqual([note]);
  });
});
