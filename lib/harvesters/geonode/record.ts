// A resource of GeoNode's API v2 as a record draft; any key may be null, missing, or of another shape than in the last version.
import type { JsonObject } from '../../json.ts';
import { BROKEN_BOUNDS, type Bounds as Box, boundsOf } from '../bounds.ts';
import { inDegrees } from '../box.ts';
import { at, type Found, isList, isObject, manyAt, numberAt, textAt } from '../json-fields.ts';
import type { RecordContact, RecordDraft } from '../record.ts';

/** @param base the URL of the reply: `detail_url` and `thumbnail_url` are often relative */
export function geonodeDraft(json: JsonObject, { id, base }: { id: string; base: string }): RecordDraft {
  const kind = textAt(json, 'resource_type') ?? 'dataset';
  const { bbox, notes } = boxOf(json);
  const license = nameOf(at(json, 'license'));
  const abstract = textAt(json, 'raw_abstract') ?? textAt(json, 'abstract');
  return {
    id,
    base,
    type: kind === 'layer' ? 'dataset' : kind,
    title: textAt(json, 'title') ?? textAt(json, 'name'),
    // What GeoNode itself puts where nobody wrote anything.
    description: /^\s*(<p>)?\s*no abstract provided\s*(<\/p>)?\s*$/i.test(abstract ?? '')
      ? undefined
      : abstract,
    keywords: [
      ...namesAt(json, 'keywords'),
      ...namesAt(json, 'tkeywords'),
      ...namesAt(json, 'regions'),
      nameOf(at(json, 'category')),
    ],
    language: textAt(json, 'language'),
    ...datesOf(json),
    bbox,
    interval: [textAt(json, 'temporal_extent_start'), textAt(json, 'temporal_extent_end')],
    contacts: contactsOf(json),
    license: license === 'not_specified' ? undefined : license,
    rights:
      textAt(json, 'raw_constraints_other') ??
      textAt(json, 'constraints_other') ??
      textAt(json, 'attribution'),
    formats: [textAt(json, 'extension')].filter((text) => text !== undefined),
    crs: kind === 'document' ? [] : crsOf(json),
    externalIds: idsOf(json, id),
    links: linksOf(json),
    notes,
  };
}

/** Keywords, regions, categories and licences come as texts or as objects with one name or another. */
function nameOf(value: Found): string | undefined {
  return (
    textAt(value) ??
    textAt(value, 'name') ??
    textAt(value, 'identifier') ??
    textAt(value, 'slug') ??
    textAt(value, 'code')
  );
}

function namesAt(json: JsonObject, key: string): (string | undefined)[] {
  return manyAt(json, key).map(nameOf);
}

/** `date` is of the kind that `date_type` says; a revision is no creation. */
function datesOf(json: JsonObject): Pick<RecordDraft, 'created' | 'updated'> {
  const isRevision = textAt(json, 'date_type') === 'revision';
  const stated = textAt(json, 'date');
  return {
    created: isRevision ? textAt(json, 'created') : (stated ?? textAt(json, 'created')),
    updated: textAt(json, 'last_updated') ?? (isRevision ? stated : undefined),
  };
}

/** `uuid` is another id only where the listing had none to offer. */
function idsOf(json: JsonObject, id: string): { scheme: string; value: string }[] {
  return (['uuid', 'doi'] as const).flatMap((scheme) => {
    const value = textAt(json, scheme);
    return value === undefined || value === id ? [] : [{ scheme, value }];
  });
}

/** `EPSG:4326`, `4326` or 4326. */
function sridOf(value: Found): number | undefined {
  const [, digits] = /(\d{1,9})\s*$/.exec(textAt(value) ?? '') ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function crsOf(json: JsonObject): string[] {
  const srid = sridOf(at(json, 'srid'));
  return srid === undefined ? [] : [`EPSG:${srid}`];
}

/**
 * `ll_bbox_polygon` is in degrees; `extent` and `bbox_polygon` are in the system of `srid`, but until GeoNode 3.1 in degrees whatever
 * that says. No projected box lies within 180 m of its origin, so one that could be degrees is.
 */
function boxOf(json: JsonObject): { bbox: Box | undefined; notes: string[] } {
  const inLonLat = boundsOf(at(json, 'll_bbox_polygon'));
  if (inLonLat !== undefined && inLonLat !== BROKEN_BOUNDS) return { bbox: inLonLat, notes: [] };
  const bounds = boundsOf(at(json, 'bbox_polygon')) ?? extentOf(at(json, 'extent', 'coords')) ?? inLonLat;
  if (bounds === undefined || bounds === BROKEN_BOUNDS) return { bbox: bounds, notes: [] };
  const [west, south, east, north] = bounds;
  if (Math.max(-west, east) <= 180 && Math.max(-south, north) <= 90) return { bbox: bounds, notes: [] };
  const srid = sridOf(at(json, 'srid')) ?? sridOf(at(json, 'extent', 'srid'));
  const bbox = srid === undefined ? undefined : inDegrees(srid, bounds);
  const system = srid === undefined ? 'an unknown coordinate system' : `EPSG:${srid}`;
  return {
    bbox,
    notes:
      bbox === undefined
        ? [`the box is in ${system}, from which Reeve does not convert, and was left out`]
        : [],
  };
}

function extentOf(coords: Found): Box | undefined {
  const [west, south, east, north] = isList(coords) ? coords.map((number) => numberAt(number)) : [];
  if (west === undefined || south === undefined || east === undefined || north === undefined)
    return undefined;
  return [west, south, east, north];
}

/** GeoNode's fields of people and the roles of ISO 19115 (CI_RoleCode) they stand for. */
const ROLES = [
  ['poc', 'pointOfContact'],
  ['metadata_author', 'author'],
  ['owner', 'owner'],
  ['publisher', 'publisher'],
  ['originator', 'originator'],
  ['processor', 'processor'],
  ['custodian', 'custodian'],
  ['distributor', 'distributor'],
  ['resource_user', 'user'],
  ['resource_provider', 'resourceProvider'],
  ['principal_investigator', 'principalInvestigator'],
] as const;

/** One contact a person, with all of their roles: mostly one person has three. */
function contactsOf(json: JsonObject): RecordContact[] {
  const people = new Map<string, { name: string; organization: string; email: string; roles: string[] }>();
  for (const [key, role] of ROLES) {
    for (const person of manyAt(json, key).filter(isObject)) {
      const fullName = `${textAt(person, 'first_name') ?? ''} ${textAt(person, 'last_name') ?? ''}`.trim();
      const name = fullName === '' ? (textAt(person, 'username') ?? textAt(person, 'name') ?? '') : fullName;
      const organization = textAt(person, 'organization') ?? '';
      const email = textAt(person, 'email') ?? '';
      const known = people.get(`${name}\n${email}`) ?? { name, organization, email, roles: [] };
      known.roles.push(role);
      people.set(`${name}\n${email}`, known);
    }
  }
  return [...people.values()].map(({ name, organization, email, roles }) => ({
    name,
    organization,
    emails: [email],
    roles,
  }));
}

/** What GeoNode's `link_type` is among the relations of links; pictures are left out, they are dozens of GetMap requests. */
const RELATIONS: ReadonlyMap<string, string> = new Map([
  ['data', 'enclosure'],
  ['original', 'enclosure'],
  ['uploaded', 'enclosure'],
  ['metadata', 'describedby'],
  ['html', 'alternate'],
]);

function linksOf(json: JsonObject): NonNullable<RecordDraft['links']> {
  const links: NonNullable<RecordDraft['links']>[number][] = [
    { href: textAt(json, 'detail_url'), rel: 'alternate', type: 'text/html' },
  ];
  const layer = layerNameOf(json);
  for (const link of manyAt(json, 'links')) {
    const kind = textAt(link, 'link_type') ?? '';
    const href = textAt(link, 'url');
    const rel = RELATIONS.get(kind);
    if (kind.startsWith('OGC:'))
      links.push({ href, rel: 'service', protocol: kind, ...(layer === undefined ? {} : { name: layer }) });
    else if (rel !== undefined)
      links.push({ href, rel, title: textAt(link, 'name') ?? '', type: textAt(link, 'mime') ?? '' });
  }
  for (const href of [
    textAt(json, 'download_url'),
    textAt(json, 'href'),
    ...manyAt(json, 'download_urls').map((one) => textAt(one, 'url')),
  ]) {
    links.push({ href, rel: 'enclosure' });
  }
  links.push({ href: textAt(json, 'thumbnail_url'), rel: 'preview' });
  return links;
}

/** `workspace:name`, by which OGC services know the dataset. */
function layerNameOf(json: JsonObject): string | undefined {
  const [workspace, name] = [textAt(json, 'workspace'), textAt(json, 'name')];
  return (
    textAt(json, 'alternate') ??
    (workspace !== undefined && name !== undefined ? `${workspace}:${name}` : name)
  );
}
