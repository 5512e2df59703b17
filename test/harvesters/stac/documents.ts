// Small documents of STAC, for APIs and static catalogs.
import { link, ROOT } from '../ogcapi/api.ts';

const STAC_API = ['core', 'collections', 'ogcapi-features', 'item-search'].map(
  (name) => `https://api.stacspec.org/v1.0.0/${name}`,
);

export const landing = (
  more: { conformsTo?: readonly string[]; links?: readonly object[] } = {},
): object => ({
  stac_version: '1.0.0',
  type: 'Catalog',
  id: 'county',
  title: 'The county',
  conformsTo: [...STAC_API, ...(more.conformsTo ?? [])],
  links: [
    link('self', ROOT),
    link('data', `${ROOT}/collections`),
    link('search', `${ROOT}/search`, { method: 'GET', type: 'application/geo+json' }),
    link('search', `${ROOT}/search`, { method: 'POST', type: 'application/geo+json' }),
    ...(more.links ?? []),
  ],
});

export const stacCollection = (id: string, more: object = {}): object => ({
  stac_version: '1.0.0',
  type: 'Collection',
  id,
  title: `Title of ${id}`,
  description: 'd',
  license: 'CC-BY-4.0',
  providers: [{ name: 'County', roles: ['producer'], url: 'https://county.example' }],
  extent: {
    spatial: { bbox: [[-11, 48, -9, 50]] },
    temporal: { interval: [['2020-01-01T00:00:00Z', null]] },
  },
  links: [link('items', `${ROOT}/collections/${id}/items`, { type: 'application/geo+json' })],
  ...more,
});

export const item = (id: string, properties: object = {}, more: object = {}): object => ({
  stac_version: '1.0.0',
  type: 'Feature',
  id,
  collection: 'a',
  bbox: [-10, 48, -9, 49],
  geometry: null,
  properties: { datetime: '2021-05-02T10:00:00Z', updated: '2021-05-03T10:00:00Z', ...properties },
  assets: { data: { href: `https://data.example/${id}.tif`, type: 'image/tiff', roles: ['data'] } },
  links: [],
  ...more,
});
