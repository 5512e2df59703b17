// The sample remote's data.json: the whole catalogue in one document of DCAT-US 1.1, made while it is sent.
import { type Answer, type Ask, jsonAnswer } from './answer.ts';
import { type Catalogue } from './catalogue.ts';
import { type SampleDataset, CONTACTS, LICENSES, THEMES } from './dataset.ts';
import { resourceType } from './geonode-resource.ts';
import { type Route } from './route.ts';

const PATH = '/data.json';
const SCHEMA = 'https://project-open-data.cio.gov/v1.1/schema';

export interface DcatUs {
  /** `undefined` when the path is not that of the document. */
  route(ask: Ask): Route | undefined;
}

export function makeDcatUs(catalogue: Catalogue): DcatUs {
  return {
    route: ({ path, origin }) =>
      path === PATH
        ? {
            service: 'dcat-us',
            kind: 'listing',
            answer: ({ duplicates }) => ({
              status: 200,
              contentType: 'application/json',
              body: document(catalogue, origin, duplicates),
            }),
            exception: () => exception,
          }
        : undefined,
  };
}

const exception: Answer = jsonAnswer({ error: 'The catalogue is being made' }, 500);

function* document(catalogue: Catalogue, origin: string, duplicates: number): Generator<string> {
  const head = {
    conformsTo: SCHEMA,
    describedBy: `${SCHEMA}/catalog.json`,
    '@type': 'dcat:Catalog',
    title: 'The county of Wendlemere',
  };
  yield `${JSON.stringify(head).slice(0, -1)},"dataset":[`;
  for (let pk = 1; pk <= catalogue.size + duplicates; pk++) {
    const dataset = catalogue.dataset(pk > catalogue.size ? pk - catalogue.size : pk);
    if (dataset !== undefined) yield `${pk === 1 ? '' : ','}${JSON.stringify(entryOf(dataset, origin))}`;
  }
  yield ']}';
}

function entryOf(dataset: SampleDataset, origin: string): Record<string, unknown> {
  const contact = CONTACTS[dataset.contact];
  const [begin, end] = dataset.interval ?? [];
  return {
    '@type': 'dcat:Dataset',
    identifier: dataset.uuid,
    title: dataset.title === '' ? null : dataset.title,
    description: dataset.abstract ?? '',
    keyword: dataset.keywords,
    theme: [THEMES[dataset.theme].title],
    accessLevel: 'public',
    issued: dataset.publishedAt,
    modified: dataset.updatedAt,
    language: [dataset.language],
    spatial: dataset.box.every(Number.isFinite) ? dataset.box.join(',') : null,
    ...(dataset.interval === undefined ? {} : { temporal: `${begin ?? '..'}/${end ?? '..'}` }),
    ...(LICENSES[dataset.license] === '' ? {} : { license: dataset.license }),
    publisher: { name: contact.organization, subOrganizationOf: { name: 'Wendlemere County Council' } },
    contactPoint: { fn: `${contact.first} ${contact.last}`, hasEmail: `mailto:${contact.email}` },
    landingPage: `${origin}/catalogue/#/${resourceType(dataset)}/${dataset.pk}`,
    distribution: [
      resourceType(dataset) === 'document'
        ? {
            downloadURL: `${origin}/documents/${dataset.pk}/link`,
            mediaType: 'text/plain',
            format: dataset.extension,
          }
        : { accessURL: `${origin}/wms`, format: 'WMS', title: 'Map' },
    ],
  };
}
