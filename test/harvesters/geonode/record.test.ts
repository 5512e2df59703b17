// A resource of GeoNode: where it is asked for, and what becomes of it.
import { describe, expect, test } from 'vitest';
import { geonode, GeonodeSettings } from '../../../lib/harvesters/geonode.ts';
import type { RemoteReply } from '../../../lib/harvesters/harvester.ts';
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import { jsonReply } from '../replies.ts';
import { expectValidRecord } from '../valid-record.ts';

const SITE = 'https://node.example/gis';
const context = { url: SITE, settings: GeonodeSettings.parse({}) };

describe('a resource', () => {
  function requestFor(pk: string | undefined, type: string) {
    return geonode.resourceRequest(context, { id: 'u-7', hint: pk === undefined ? { type } : { pk, type } })
      ?.url;
  }

  test('is asked for where it is whole', () => {
    expect(requestFor('7', 'dataset')).toBe(`${SITE}/api/v2/datasets/7/`);
    expect(requestFor('7', 'layer')).toBe(`${SITE}/api/v2/layers/7/`);
    expect(requestFor('7', 'document')).toBe(`${SITE}/api/v2/documents/7/`);
    expect(requestFor('7', 'map')).toBe(`${SITE}/api/v2/maps/7/`);
    expect(requestFor('7', 'dashboard')).toBe(`${SITE}/api/v2/resources/7/`);
    expect(requestFor(undefined, '')).toBe(`${SITE}/api/v2/resources/?filter%7Buuid%7D=u-7&page_size=1`);
  });

  const listed = { id: 'u-7', hint: { pk: '7', type: 'dataset' } };

  function read(reply: RemoteReply, resource: Parameters<typeof geonode.readResource>[1] = listed) {
    return geonode.readResource(context, resource, reply);
  }

  function recordOf(detail: object): CatalogueRecord {
    const reading = read(
      jsonReply(
        { dataset: { pk: 7, uuid: 'u-7', title: 'Roads', ...detail } },
        { url: `${SITE}/api/v2/datasets/7/` },
      ),
    );
    if (reading.reading !== 'record') throw new Error(reading.because);
    expectValidRecord(reading.record);
    return reading.record;
  }

  test('becomes a record with all that it says', () => {
    const anna = {
      pk: 1,
      username: 'anna',
      first_name: 'Anna',
      last_name: 'Muster',
      email: 'anna@node.example',
    };
    const record = recordOf({
      resource_type: 'dataset',
      name: 'roads',
      workspace: 'geonode',
      alternate: 'geonode:roads',
      abstract: '<p>All roads</p>',
      raw_abstract: 'All roads',
      raw_constraints_other: 'Ask first',
      language: 'eng',
      date: '2021-01-21T18:57:00Z',
      date_type: 'publication',
      created: '2020-01-01T00:00:00Z',
      last_updated: '2021-02-01T14:21:14.576521Z',
      temporal_extent_start: '2019-01-01T00:00:00Z',
      temporal_extent_end: null,
      keywords: [{ name: 'Roads', slug: 'roads' }, { slug: 'streets' }, 'paths'],
      tkeywords: [{ name: 'Transport networks' }],
      regions: [{ code: 'CHE', name: 'Switzerland' }],
      category: { identifier: 'transportation' },
      license: { identifier: 'odbl' },
      doi: '10.1/roads',
      owner: anna,
      poc: [anna, { username: 'ben' }],
      metadata_author: anna,
      srid: 'EPSG:2056',
      bbox_polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [2600000, 1200000],
            [2700000, 1300000],
          ],
        ],
      },
      ll_bbox_polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [6, 46],
            [6, 47],
            [8, 47],
            [8, 46],
            [6, 46],
          ],
        ],
      },
      detail_url: '/catalogue/#/dataset/7',
      thumbnail_url: 'https://node.example/thumb.png',
      links: [
        { link_type: 'OGC:WMS', url: 'https://node.example/geoserver/ows', name: 'OGC WMS' },
        {
          link_type: 'data',
          url: 'https://node.example/roads.zip',
          name: 'Zipped Shapefile',
          mime: 'SHAPE-ZIP',
        },
        { link_type: 'metadata', url: 'https://node.example/roads.iso', name: 'ISO', mime: 'text/xml' },
        { link_type: 'image', url: 'https://node.example/roads.png' },
        { link_type: null, url: null },
        'nonsense',
      ],
      download_urls: [{ url: 'https://node.example/datasets/roads/download' }],
    });
    expect(record.bbox).toEqual([6, 46, 8, 47]);
    expect(record.time).toEqual({ interval: ['2019-01-01T00:00:00Z', '..'] });
    expect(record.properties).toEqual({
      type: 'dataset',
      title: 'Roads',
      description: 'All roads',
      keywords: ['Roads', 'streets', 'paths', 'Transport networks', 'Switzerland', 'transportation'],
      language: 'en',
      created: '2021-01-21T18:57:00Z',
      updated: '2021-02-01T14:21:14.576Z',
      contacts: [
        { name: 'Anna Muster', emails: ['anna@node.example'], roles: ['pointOfContact', 'author', 'owner'] },
        { name: 'ben', roles: ['pointOfContact'] },
      ],
      license: 'odbl',
      rights: 'Ask first',
      crs: ['EPSG:2056'],
      externalIds: [{ scheme: 'doi', value: '10.1/roads' }],
    });
    expect(record.links).toEqual([
      { href: 'https://node.example/catalogue/#/dataset/7', rel: 'alternate', type: 'text/html' },
      {
        href: 'https://node.example/geoserver/ows',
        rel: 'service',
        protocol: 'OGC:WMS',
        name: 'geonode:roads',
      },
      {
        href: 'https://node.example/roads.zip',
        rel: 'enclosure',
        type: 'SHAPE-ZIP',
        title: 'Zipped Shapefile',
      },
      { href: 'https://node.example/roads.iso', rel: 'describedby', type: 'text/xml', title: 'ISO' },
      { href: 'https://node.example/datasets/roads/download', rel: 'enclosure' },
      { href: 'https://node.example/thumb.png', rel: 'preview' },
    ]);
  });

  test('of which nothing is known but its name becomes a record too', () => {
    const keys = [
      'abstract',
      'owner',
      'poc',
      'links',
      'keywords',
      'bbox_polygon',
      'srid',
      'date',
      'license',
      'category',
      'regions',
    ];
    const record = recordOf(Object.fromEntries(keys.map((key) => [key, null])));
    expect(record.properties).toEqual({ type: 'dataset', title: 'Roads' });
    expect(record.links).toEqual([]);
  });

  test('what GeoNode writes where nobody wrote anything is left out', () => {
    expect(
      recordOf({ abstract: '<p>No abstract provided</p>', license: { identifier: 'not_specified' } })
        .properties,
    ).toEqual({ type: 'dataset', title: 'Roads' });
  });

  test('a revision is no creation', () => {
    expect(recordOf({ date: '2021-01-01', date_type: 'revision' }).properties).toMatchObject({
      updated: '2021-01-01',
    });
    expect(
      recordOf({ date: '2021-01-01', date_type: 'revision', created: '2020-01-01' }).properties,
    ).toMatchObject({ created: '2020-01-01' });
  });

  const mercator = {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [15661191.765, 6274861.394],
      ],
    ],
  };
  test.each([
    [
      'in Web Mercator, which is converted',
      { srid: 'EPSG:3857', bbox_polygon: mercator },
      [0, 0, 140.687, 49],
    ],
    ['whose number is bare', { srid: 3857, bbox_polygon: mercator }, [0, 0, 140.687, 49]],
    [
      'in degrees, whatever the number says (GeoNode 3.1)',
      {
        srid: 'EPSG:3857',
        bbox_polygon: {
          coordinates: [
            [
              [6, 46],
              [8, 47],
            ],
          ],
        },
      },
      [6, 46, 8, 47],
    ],
    ['given as an extent', { extent: { coords: [6, 46, 8, 47], srid: 'EPSG:4326' } }, [6, 46, 8, 47]],
    ['that is empty', { bbox_polygon: { type: 'Polygon', coordinates: [] } }, undefined],
    [
      'that is nonsense',
      { bbox_polygon: { coordinates: [['x', null], {}] }, ll_bbox_polygon: 'x' },
      undefined,
    ],
  ])('a box %s', (_, detail, bbox) => {
    expect(recordOf(detail).bbox?.map((number) => Math.round(number * 1_000) / 1_000)).toEqual(bbox);
  });

  test('a box in a system that is not converted is left out, and that is said', () => {
    const projected = recordOf({
      srid: 'EPSG:2056',
      bbox_polygon: {
        coordinates: [
          [
            [2600000, 1200000],
            [2700000, 1300000],
          ],
        ],
      },
    });
    expect(projected).toMatchObject({
      geometry: null,
      properties: { notes: ['the box is in EPSG:2056, from which Reeve does not convert, and was left out'] },
    });
  });

  test('a document has a format and no coordinate system', () => {
    const document = {
      pk: 7,
      uuid: 'u-7',
      title: 'Plan',
      resource_type: 'document',
      extension: 'pdf',
      srid: 'EPSG:4326',
      href: '/documents/7/download',
    };
    const reading = read(jsonReply({ document }, { url: `${SITE}/api/v2/documents/7/` }));
    expect(reading).toMatchObject({
      record: {
        properties: { type: 'document', formats: ['pdf'] },
        links: [{ href: 'https://node.example/documents/7/download', rel: 'enclosure' }],
      },
    });
    expect(JSON.stringify(reading)).not.toContain('EPSG');
  });

  test.each([
    ['bare', { pk: 7, title: 'x', map: { zoom: 8 } }],
    ['of a list', { resources: [{ pk: 7, title: 'x' }] }],
    ['under an old name', { layer: { pk: '7', title: 'x' } }],
  ])('is read %s', (_, json) => {
    expect(read(jsonReply(json), { id: '7', hint: { pk: '7' } })).toMatchObject({
      reading: 'record',
      record: { id: '7', properties: { title: 'x' } },
    });
  });
});
