// Bodies of replies that break readers which trust their remote: real shapes with absurd values, cut off, with bytes changed.
import fc from 'fast-check';

/** Values that break readers which trust their remote, in place of whatever stood there. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    -1,
    0,
    1e308,
    '',
    ' ',
    'NaN',
    '../..',
    '\u0000',
    '\ud800',
    'x'.repeat(3_000),
    [],
    {},
    [[]],
    [null],
    { type: {} },
  ),
  fc.constantFrom<unknown>(
    { then: 1, toJSON: 'x', length: -1 },
    { valueOf: null },
    ['a', ['b']],
    'https://other.example/',
    9007199254740991,
  ),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue(),
);

export const ODD_GEONODE = [
  {
    links: { next: 'https://remote.example/2', previous: null },
    total: 2,
    page: 1,
    resources: [
      { pk: '1', uuid: 'u-1', title: 'Roads', resource_type: 'dataset' },
      { pk: 2, title: 'Plan', resource_type: 'document' },
    ],
  },
  {
    dataset: {
      pk: '1',
      uuid: 'u-1',
      title: 'Roads',
      abstract: '<p>x</p>',
      date: '2021-01-01T00:00:00Z',
      temporal_extent_start: '2020',
      keywords: [{ name: 'a' }, 'b'],
      regions: [{ code: 'GLO' }],
      license: { identifier: 'odbl' },
      category: { identifier: 'x' },
      owner: { username: 'anna', first_name: 'A', email: 'a@b.example' },
      poc: [{ username: 'ben' }],
      srid: 'EPSG:3857',
      bbox_polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1e6, 1e6],
          ],
        ],
      },
      ll_bbox_polygon: {
        type: 'Polygon',
        coordinates: [
          [
            [6, 46],
            [8, 47],
          ],
        ],
      },
      links: [{ link_type: 'OGC:WMS', url: 'https://remote.example/ows' }],
      detail_url: '/x',
    },
  },
];

export const ODD_ARCGIS = [
  {
    currentVersion: 11,
    folders: ['F'],
    services: [
      { name: 'S', type: 'MapServer' },
      { name: 'S', type: 'FeatureServer' },
      { name: 'I', type: 'ImageServer' },
    ],
  },
  {
    mapName: 'x',
    description: 'd',
    supportedExtensions: 'WMSServer',
    documentInfo: { Keywords: 'a,b' },
    layers: [{ id: 0, name: 'x', type: 'Feature Layer', subLayerIds: null }],
    tables: [{ id: 1 }],
  },
  {
    layers: [
      {
        id: 1,
        name: 'x',
        type: 'Feature Layer',
        description: '<b>x</b>',
        extent: {
          xmin: 0,
          ymin: 0,
          xmax: 1e6,
          ymax: 'NaN',
          spatialReference: { wkid: 102100, latestWkid: 3857 },
        },
        editingInfo: { lastEditDate: 1_469_595_856_308 },
        timeInfo: { timeExtent: [0, 1] },
        supportedQueryFormats: 'JSON, PBF',
      },
    ],
  },
  {
    id: 1,
    name: 'x',
    type: 'Feature Layer',
    extent: { xmin: 6, ymin: 46, xmax: 8, ymax: 47, spatialReference: { wkid: 4326 } },
  },
  { error: { code: 499, message: 'Token Required', details: [] } },
];

/** The paths of all values inside of a JSON value. */
function pathsOf(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return [
    [],
    ...keys.flatMap((key) =>
      pathsOf((value as Record<string | number, unknown>)[key]).map((path) => [key, ...path]),
    ),
  ];
}

function replaced(value: unknown, path: readonly (string | number)[], by: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

/** One of the documents with up to four of its values replaced, then perhaps cut or with bytes changed. */
export function oddBody(documents: readonly unknown[]): fc.Arbitrary<Uint8Array> {
  const changed = fc
    .constantFrom(...documents)
    .chain((document) =>
      fc
        .array(fc.tuple(fc.constantFrom(...pathsOf(document)), odd), { maxLength: 4 })
        .map((changes) =>
          changes.reduce<unknown>(
            (value, [path, by]) =>
              pathsOf(value).some((known) => known.join() === path.join())
                ? replaced(value, path, by)
                : value,
            document,
          ),
        ),
    );
  return fc
    .tuple(
      changed,
      fc.option(fc.nat()),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
      fc.boolean(),
    )
    .map(([value, cut, bytes, polluted]) => {
      const text = JSON.stringify(value);
      const body = Buffer.from(
        polluted && text.startsWith('{')
          ? `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},${text.slice(1)}`
          : text,
      );
      for (const [at, byte] of bytes) body[at % body.length] = byte;
      return cut === null || cut % 3 > 0 ? body : body.subarray(0, cut % body.length);
    });
}
