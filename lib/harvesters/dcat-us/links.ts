// Where the links of a dataset, a service or a series of DCAT-US lead to.
import type { JsonObject } from '../../json.ts';
import { at, textAt } from '../json-fields.ts';
import { type Distribution, type DraftLink, formatOf, linksOfDistribution } from '../service-links.ts';
import type { Kind } from './catalogue.ts';
import { hrefsOf, labelsOf, objectsAt, textOf, textOrAddress } from './values.ts';

/** Fields that hold addresses, and their relations (IANA, and those of OGC API - Records). */
const RELATIONS = [
  ['landingPage', 'alternate'],
  ['page', 'alternate'],
  ['describedBy', 'describedby'],
  ['dataDictionary', 'describedby'],
  ['conformsTo', 'profile'],
  ['references', 'related'],
  ['isReferencedBy', 'related'],
  ['relation', 'related'],
  ['systemOfRecords', 'related'],
  ['source', 'via'],
  ['wasDerivedFrom', 'via'],
  ['isPartOf', 'collection'],
  ['inSeries', 'collection'],
  ['hasPart', 'item'],
  ['seriesMember', 'item'],
  ['servesDataset', 'item'],
  ['first', 'first'],
  ['last', 'last'],
  ['prev', 'prev'],
  ['next', 'next'],
  ['hasVersion', 'version-history'],
  ['image', 'preview'],
] as const;

export function linksOf(json: JsonObject, kind: Kind, places: readonly string[]): DraftLink[] {
  const links: DraftLink[] = RELATIONS.flatMap(([field, rel]) => {
    const type = field === 'describedBy' ? textAt(json, 'describedByType') : undefined;
    return hrefsOf(at(json, field)).map((href) => ({ href, rel, ...(type === undefined ? {} : { type }) }));
  });
  for (const distribution of objectsAt(json, 'distribution')) links.push(...linksOfOne(distribution));
  // Before DCAT-US 1.1 a dataset was its own distribution.
  links.push(
    ...linksOfOne(json),
    ...linksOfOne({ accessURL: at(json, 'webService') ?? null, format: 'API' }),
  );
  if (kind === 'service') links.push(...linksOfService(json));
  links.push(...hrefsOf(at(json, 'license')).map((href) => ({ href, rel: 'license' })));
  links.push(...places.map((href) => ({ href, rel: 'related' })));
  return links;
}

function linksOfOne(distribution: JsonObject): DraftLink[] {
  const [accessUrl] = hrefsIn(distribution, 'accessURL');
  const [downloadUrl] = hrefsIn(distribution, 'downloadURL');
  return [
    ...linksOfDistribution({ ...distributionOf(distribution), accessUrl, downloadUrl }),
    // The standard that the file follows, and the service that gives it out.
    ...(accessUrl === undefined && downloadUrl === undefined
      ? []
      : [
          ...hrefsOf(at(distribution, 'conformsTo')).map((href) => ({ href, rel: 'profile' })),
          ...hrefsOf(at(distribution, 'describedBy')).map((href) => ({ href, rel: 'describedby' })),
          ...objectsAt(distribution, 'accessService').flatMap(linksOfService),
        ]),
  ];
}

function linksOfService(service: JsonObject): DraftLink[] {
  const title = textOf(at(service, 'title'));
  return [
    ...hrefsIn(service, 'endpointURL').flatMap((accessUrl) =>
      linksOfDistribution({
        accessUrl,
        title,
        format: `API ${labelsOf(at(service, 'conformsTo')).join(' ')}`,
      }),
    ),
    ...hrefsOf(at(service, 'endpointDescription')).map((href) => ({ href, rel: 'service-desc' })),
  ];
}

/** Addresses may lack their `https:`, and may be relative: what is none is dropped when the record is kept. */
function hrefsIn(json: JsonObject, name: string): string[] {
  const value = at(json, name);
  const hrefs = hrefsOf(value);
  const text = textOrAddress(value);
  return hrefs.length > 0 || text === undefined ? hrefs : [text];
}

function distributionOf(json: JsonObject): Distribution {
  const mediaType = textOrAddress(at(json, 'mediaType'));
  return {
    format: labelsOf(at(json, 'format'))[0],
    mediaType: mediaType !== undefined && /\w\/[\w.+-]+/.test(mediaType) ? mediaType : undefined,
    title: textOf(at(json, 'title')) ?? textOf(at(json, 'description')),
  };
}

/** Of all distributions, and of the dataset itself where it is its own. */
export function formatsOf(json: JsonObject): string[] {
  return [...objectsAt(json, 'distribution'), json]
    .map((one) => formatOf(distributionOf(one)))
    .filter((format) => format !== undefined);
}
