// The documents that the tests load into pycsw: the county's own datasets as ISO 19139 and Dublin Core, and a small STAC of the county.
import { makeCatalogue } from '../../lib/sample/catalogue.ts';
import type { SampleDataset } from '../../lib/sample/dataset.ts';
import { dublinCoreRecord, isoRecord } from '../../lib/sample/iso-record.ts';
import type { PycswDocument } from './pycsw.ts';

const ORIGIN = 'http://county.example.org';
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** The datasets that `countyRecords` tells, in its order. */
export function countyDatasets(size: number): readonly SampleDataset[] {
  const catalogue = makeCatalogue(size);
  return Array.from({ length: size }, (_, index) => catalogue.dataset(index + 1)).filter(
    (dataset) => dataset !== undefined,
  );
}

export function isoDocument(dataset: SampleDataset): string {
  return isoRecord(dataset, ORIGIN);
}

/** As many records; every fifth is Dublin Core, all others are ISO 19139. */
export function countyRecords(size: number): readonly PycswDocument[] {
  return countyDatasets(size).map((dataset) => ({
    name: `${String(dataset.pk).padStart(6, '0')}.xml`,
    content: XML + (dataset.pk % 5 === 0 ? dublinCoreRecord(dataset, ORIGIN) : isoRecord(dataset, ORIGIN)),
  }));
}

/** One collection of as many items, each a square of a tenth of a degree. */
export function countyStac(items: number): readonly PycswDocument[] {
  const collection = {
    stac_version: '1.0.0',
    type: 'Collection',
    id: 'county-images',
    title: 'County images',
    description: 'The county from above',
    license: 'CC-BY-4.0',
    keywords: ['imagery'],
    extent: {
      spatial: { bbox: [[-11, 48, -9, 50]] },
      temporal: { interval: [['2020-01-01T00:00:00Z', null]] },
    },
    links: [],
  };
  const item = (number: number): object => {
    const [west, south] = [-11 + (number % 20) / 10, 48 + (Math.floor(number / 20) % 20) / 10];
    const [east, north] = [west + 0.1, south + 0.1];
    const ring = [
      [west, south],
      [east, south],
      [east, north],
      [west, north],
      [west, south],
    ];
    const datetime = `2021-05-${String(1 + (number % 28)).padStart(2, '0')}T10:00:00Z`;
    return {
      stac_version: '1.0.0',
      type: 'Feature',
      id: `image-${number}`,
      collection: 'county-images',
      geometry: { type: 'Polygon', coordinates: [ring] },
      bbox: [west, south, east, north],
      properties: { datetime, title: `Image ${number}`, created: datetime, updated: datetime },
      assets: { data: { href: `${ORIGIN}/images/${number}.tif`, type: 'image/tiff' } },
      links: [],
    };
  };
  const document = (name: string, value: object): PycswDocument => ({ name, content: JSON.stringify(value) });
  return [
    document('000000.json', collection),
    ...Array.from({ length: items }, (_, index) =>
      document(`${String(index + 1).padStart(6, '0')}.json`, item(index + 1)),
    ),
  ];
}
