// Answers of OGC APIs with everything in them that a reader looks at: what is replaced in them, the readers must survive.
const links = [
  { rel: 'self', href: 'https://inside.example/site/collections' },
  { rel: 'next', href: 'items?offset=1&limit=1', type: 'application/geo+json' },
  { rel: 'data', href: 'https://remote.example/site/collections', type: 'application/json' },
  { rel: 'conformance', href: '/site/conformance' },
];
const collection = {
  id: 'a',
  title: 'A',
  itemType: 'record',
  description: '<p>x</p>',
  keywords: ['x', { name: 'y' }],
  crs: ['http://www.opengis.net/def/crs/EPSG/0/3857'],
  extent: {
    spatial: {
      bbox: [
        [170, -20, 180, -10],
        [-180, -20, -170, -10],
      ],
      crs: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84',
    },
    temporal: { interval: [['2020-01-01T00:00:00Z', null]] },
  },
  license: 'other',
  updated: '2024-01-01T00:00:00Z',
  links: [
    { rel: 'items', href: 'https://inside.example/site/collections/a/items' },
    { rel: 'license', href: 'x' },
  ],
};
const feature = {
  id: 'r',
  type: 'Feature',
  bbox: null,
  geometry: {
    type: 'MultiPolygon',
    coordinates: [
      [
        [
          [170, 1],
          [180, 1],
          [180, 2],
          [170, 1],
        ],
      ],
      [
        [
          [-180, 1],
          [-170, 1],
          [-180, 2],
        ],
      ],
    ],
  },
  time: { interval: ['2020-01-01', '..'] },
  properties: {
    type: 'dataset',
    title: 'R',
    language: { code: 'en' },
    updated: '2024-01-01T00:00:00Z',
    themes: [{ concepts: [{ id: 'x' }, 'y'], scheme: 's' }],
    formats: ['a', { name: 'b' }],
    contacts: [
      {
        name: 'N',
        emails: [{ value: 'a@b.example' }],
        roles: ['x', { name: 'y' }],
        links: [{ href: 'https://x.example' }],
      },
    ],
    providers: ['Team, a@b.example, Org', { name: 'P', roles: ['host'], url: 'https://p.example' }],
    externalIds: [{ scheme: 's', value: 'v' }],
    associations: [{ href: 'https://x.example', type: 'download', name: 'n' }],
    extent: { spatial: { bbox: [1, 2, 3, 4] } },
  },
  links: [
    { href: null, rel: null },
    { href: 'https://x.example/wms', type: 'OGC:WMS', title: 'l' },
  ],
  linkTemplates: [{}],
};

export const ODD_OGC: readonly unknown[] = [
  { title: 'Landing', links },
  { conformsTo: ['http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/core'], links },
  { collections: [collection, { ...collection, id: 'b', itemType: 'feature' }], numberMatched: 2, links },
  collection,
  { type: 'FeatureCollection', features: [feature], numberMatched: 2, numberReturned: 1, links },
  {
    features: [feature],
    links: [
      { rel: 'next', href: '?x', method: 'POST', body: { token: 1 }, merge: true, headers: { 'x-a': ['b'] } },
    ],
  },
  feature,
  { code: 'NotFound', description: 'x' },
];
