// Makes the draft of a record out of a layer and the service that it belongs to.
import type { RecordContact, RecordDraft } from '../record.ts';
import { present } from '../record-parts.ts';
import { rightsOf as readRights } from '../rights.ts';
import { at, childOf, textOf, type XmlElement } from '../xml.ts';
import { authorityUrl, type Effective } from './inheritance.ts';
import { hrefOf, type Layer, type LayerLink } from './layer.ts';
import type { ServiceAddress } from './url.ts';

/** What all layers of a service share; made once. */
export interface ServiceFacts {
  readonly address: ServiceAddress;
  readonly capabilitiesUrl: string;
  /** The URL that answered: what relative links are relative to. */
  readonly base: string;
  readonly contacts: readonly RecordContact[];
  readonly license: string | undefined;
  readonly rights: string | undefined;
}

/** Of `<Fees>` and `<AccessConstraints>`. */
export function rightsOf(service: XmlElement | undefined): Pick<ServiceFacts, 'license' | 'rights'> {
  return readRights(['AccessConstraints', 'Fees'].map((name) => textOf(childOf(service, name))));
}

export function serviceContacts(service: XmlElement | undefined): RecordContact[] {
  const contact = childOf(service, 'ContactInformation');
  if (contact === undefined) return [];
  const text = (...path: string[]): string | undefined => textOf(at(contact, ...path));
  const one = (...path: string[]): [string] | undefined => {
    const value = text(...path);
    return value === undefined ? undefined : [value];
  };
  return [
    present<RecordContact>({
      name: text('ContactPersonPrimary', 'ContactPerson'),
      organization: text('ContactPersonPrimary', 'ContactOrganization'),
      position: text('ContactPosition'),
      phones: one('ContactVoiceTelephone'),
      emails: one('ContactElectronicMailAddress'),
      roles: ['pointOfContact'],
      links: undefined,
    }),
  ];
}

/** Who provided the data (1.3.0, 7.2.4.6.11). */
function providerOf(attribution: XmlElement | undefined): RecordContact[] {
  const organization = textOf(childOf(attribution, 'Title'));
  const href = hrefOf(attribution);
  if (organization === undefined && href === undefined) return [];
  return [
    {
      ...(organization === undefined ? {} : { organization }),
      ...(href === undefined ? {} : { links: [{ href, rel: 'about' }] }),
      roles: ['resourceProvider'],
    },
  ];
}

/** The draft of a named layer. Keywords are not inherited (table 7); the titles of the folders it lies in stand among them. */
export function draftOf(layer: Layer & { name: string }, has: Effective, service: ServiceFacts): RecordDraft {
  return {
    id: layer.name,
    type: 'dataset',
    title: layer.title ?? layer.name,
    description: layer.abstract,
    keywords: [...layer.keywords, ...has.folders],
    bbox: has.box?.box,
    interval: has.time === 'unreadable' ? undefined : has.time,
    contacts: [...service.contacts, ...providerOf(has.attribution)],
    license: service.license,
    rights: service.rights,
    crs: has.crs,
    externalIds: layer.identifiers.map(({ authority, value }) => {
      const scheme = authorityUrl(layer, authority) ?? authority;
      return scheme === '' ? { value } : { scheme, value };
    }),
    links: linksOf(layer, has, service),
    base: service.base,
    notes: notesOf(layer, has),
  };
}

function linksOf(
  layer: Layer & { name: string },
  has: Effective,
  service: ServiceFacts,
): RecordDraft['links'] {
  const map = { protocol: 'OGC:WMS', name: layer.name };
  const links = (rel: string, found: readonly LayerLink[]) =>
    found.map(({ href, type, title }) => ({
      href,
      rel,
      ...(type === undefined ? {} : { type }),
      ...(title === undefined ? {} : { title }),
    }));
  const { url, other } = service.address;
  return [
    { href: url, rel: 'service', title: 'Web Map Service', ...map },
    ...(other === undefined
      ? []
      : [{ href: other, rel: 'alternate', title: 'Web Map Service, as the remote calls itself', ...map }]),
    { href: service.capabilitiesUrl, rel: 'service-desc', type: 'text/xml', title: 'Capabilities' },
    ...links('describedby', layer.metadata),
    ...links('enclosure', layer.data),
    ...links('related', layer.features),
    ...links('legend', has.legends),
  ];
}

function notesOf(layer: Layer, has: Effective): string[] {
  const notes: string[] = [];
  if (layer.title === undefined) notes.push('it has no title; its name stands in');
  if (has.crsCut) notes.push(`only ${has.crs.length} of its coordinate systems were kept`);
  if (has.box?.note !== undefined) notes.push(has.box.note);
  if (has.time === 'unreadable') notes.push('its time extent could not be read');
  return notes;
}
