// Documents of STAC with everything in them that a reader looks at: what is replaced in them, the readers must survive.
const links = [
  { rel: 'self', href: 'https://inside.example/site/x' },
  {
    rel: 'next',
    href: '?token=x',
    method: 'POST',
    body: { token: 'x' },
    merge: true,
    headers: { 'X-A': 'b' },
  },
  { rel: 'data', href: './collections', type: 'application/json' },
  { rel: 'search', href: '/site/search', method: 'POST' },
  { rel: 'child', href: './a/collection.json' },
  { rel: 'item', href: './a/1.json', title: 'One' },
];
const collection = {
  stac_version: '1.0.0',
  type: 'Collection',
  id: 'a',
  title: 'A',
  license: 'various',
  keywords: ['k'],
  providers: [{ name: 'P', roles: ['host'], url: 'https://p.example' }],
  extent: {
    spatial: {
      bbox: [
        [-180, -90, 180, 90],
        [1, 2, 3, 4],
      ],
    },
    temporal: { interval: [['2020-01-01T00:00:00Z', null]] },
  },
  summaries: { platform: ['s'], 'proj:epsg': [32635] },
  assets: { t: { href: 'x.png', type: 'image/png', roles: ['thumbnail'] } },
  item_assets: { d: { type: 'image/tiff' } },
  updated: '2024-01-01T00:00:00Z',
  links: [
    { rel: 'items', href: 'items' },
    { rel: 'license', href: 'l' },
  ],
};
const item = {
  stac_version: '0.9.0',
  type: 'Feature',
  id: 'i',
  collection: 'a',
  bbox: [1, 2, 0, 3, 4, 5],
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [1, 2],
        [3, 4],
        [1, 2],
      ],
    ],
  },
  properties: {
    datetime: null,
    start_datetime: '2020-01-01',
    end_datetime: '2021',
    'proj:code': 'EPSG:3857',
    'sci:doi': '10.1/x',
    updated: '2024-01-01T00:00:00Z',
  },
  assets: {
    data: {
      href: 's3://b/x.tif',
      alternate: { https: { href: 'https://b.example/x.tif' } },
      roles: ['data'],
    },
  },
  links: [{ rel: 'collection', href: '../c.json' }],
};

export const ODD_STAC: readonly unknown[] = [
  {
    stac_version: '1.0.0',
    type: 'Catalog',
    id: 'r',
    conformsTo: ['https://api.stacspec.org/v1.0.0/item-search#query'],
    links,
  },
  { stac_version: '0.8.1', id: 'c', description: 'd', links: links.slice(4) },
  { collections: [collection, { ...collection, id: 'b' }], numberMatched: 2, links },
  { ...collection, links: [...collection.links, ...links] },
  { type: 'FeatureCollection', features: [item], context: { matched: 3 }, links },
  item,
  { code: 'NotFound', description: 'x' },
];
