// A feature type of a WFS as the draft of a record (OGC 09-025r2, 8.3.3; OGC 04-094, 13.3.3).
import { numberAt } from '../json-fields.ts';
import { crsName } from '../ogcapi/words.ts';
import type { ServiceAddress } from '../ows/url.ts';
import type { RecordContact, RecordDraft } from '../record.ts';
import { present } from '../record-parts.ts';
import { rightsOf } from '../wms/draft.ts';
import { hrefOf } from '../wms/layer.ts';
import { at, childOf, childrenOf, textOf, walk, type XmlElement } from '../xml.ts';
import type { WfsCapabilities } from './capabilities.ts';

/** What all feature types of a service share; made once. */
export interface WfsFacts {
  readonly address: ServiceAddress;
  readonly capabilitiesUrl: string;
  /** The URL that answered: what relative links are relative to. */
  readonly base: string;
  readonly contacts: readonly RecordContact[];
  readonly license: string | undefined;
  readonly rights: string | undefined;
  readonly formats: readonly string[];
  readonly language: string | undefined;
}

export function factsOf(
  { identification, provider, formats, language }: WfsCapabilities,
  where: Pick<WfsFacts, 'address' | 'capabilitiesUrl' | 'base'>,
): WfsFacts {
  return { ...where, contacts: contactsOf(provider), ...rightsOf(identification), formats, language };
}

/** Whom to ask (OGC 06-121r3, 7.4.5). */
function contactsOf(provider: XmlElement | undefined): RecordContact[] {
  if (provider === undefined) return [];
  const contact = childOf(provider, 'ServiceContact');
  const info = childOf(contact, 'ContactInfo');
  const texts = (found: readonly XmlElement[]): readonly string[] | undefined => {
    const said = found.flatMap((one) => textOf(one) ?? []);
    return said.length === 0 ? undefined : said;
  };
  const sites = [childOf(provider, 'ProviderSite'), childOf(info, 'OnlineResource')]
    .map((site) => site?.attributes['href']?.trim() ?? '')
    .filter((href) => href !== '');
  return [
    present<RecordContact>({
      name: textOf(childOf(contact, 'IndividualName')),
      organization: textOf(childOf(provider, 'ProviderName')),
      position: textOf(childOf(contact, 'PositionName')),
      phones: texts(childrenOf(childOf(info, 'Phone'), 'Voice')),
      emails: texts(childrenOf(childOf(info, 'Address'), 'ElectronicMailAddress')),
      roles: [textOf(childOf(contact, 'Role')) ?? 'pointOfContact'],
      links: sites.length === 0 ? undefined : [...new Set(sites)].map((href) => ({ href, rel: 'about' })),
    }),
  ];
}

export function nameOf(featureType: XmlElement): string | undefined {
  return textOf(childOf(featureType, 'Name'));
}

export function featureTypeDraft(featureType: XmlElement, name: string, service: WfsFacts): RecordDraft {
  const text = (child: string): string | undefined => textOf(childOf(featureType, child));
  const own = childrenOf(childOf(featureType, 'OutputFormats'), 'Format').flatMap(
    (format) => textOf(format) ?? [],
  );
  const hasNoCrs = childOf(featureType, 'NoSRS') !== undefined || childOf(featureType, 'NoCRS') !== undefined;
  return {
    id: name,
    type: 'dataset',
    title: text('Title') ?? name,
    description: text('Abstract'),
    keywords: keywordsOf(featureType),
    language: service.language,
    bbox: boxOf(featureType),
    contacts: service.contacts,
    license: service.license,
    rights: service.rights,
    formats: own.length === 0 ? service.formats : own,
    crs: crsOf(featureType),
    links: linksOf(featureType, name, service),
    base: service.base,
    notes: [
      ...(text('Title') === undefined ? ['it has no title; its name stands in'] : []),
      ...(hasNoCrs ? ['it has no geometry'] : []),
    ],
  };
}

/** `Keywords/Keyword`; in WFS 1.0.0 one text. */
function keywordsOf(featureType: XmlElement): string[] {
  return childrenOf(featureType, 'Keywords').flatMap((keywords) =>
    keywords.children.length === 0
      ? keywords.text.split(',')
      : [...walk(keywords)]
          .filter(({ name }) => name === 'Keyword')
          .flatMap((keyword) => textOf(keyword) ?? []),
  );
}

/** The default one first. */
function crsOf(featureType: XmlElement): string[] {
  return ['DefaultCRS', 'DefaultSRS', 'SRS', 'OtherCRS', 'OtherSRS'].flatMap((name) =>
    childrenOf(featureType, name).flatMap((element) => {
      const text = textOf(element);
      if (text === undefined) return [];
      // The spelling of GML 2: `http://www.opengis.net/gml/srs/epsg.xml#4326`.
      const [, old] = /epsg\.xml#(\d{4,6})$/i.exec(text) ?? [];
      return [old === undefined ? crsName(text) : `EPSG:${old}`];
    }),
  );
}

/** WGS84BoundingBox: two corners, longitude first (OGC 06-121r3, 10.2.2). LatLongBoundingBox of WFS 1.0.0: four attributes. */
function boxOf(featureType: XmlElement): readonly (number | undefined)[] | undefined {
  const box = childOf(featureType, 'WGS84BoundingBox');
  if (box !== undefined) {
    const corners = ['LowerCorner', 'UpperCorner'].map(
      (name) => textOf(childOf(box, name))?.split(/[\s,]+/) ?? [],
    );
    return corners.flatMap((corner) => [numberAt(corner[0]), numberAt(corner[1])]);
  }
  const { attributes } = childOf(featureType, 'LatLongBoundingBox') ?? {};
  return attributes === undefined
    ? undefined
    : ['minx', 'miny', 'maxx', 'maxy'].map((side) => numberAt(attributes[side]));
}

function linksOf(
  featureType: XmlElement,
  name: string,
  { address, capabilitiesUrl }: WfsFacts,
): RecordDraft['links'] {
  const features = { protocol: 'OGC:WFS', name };
  const metadata = childrenOf(featureType, 'MetadataURL').map((element) => {
    const type = element.attributes['format']?.trim() ?? textOf(at(element, 'Format'));
    return {
      href: hrefOf(element),
      rel: 'describedby',
      ...(type !== undefined && type.includes('/') ? { type } : {}),
    };
  });
  return [
    { href: address.url, rel: 'service', title: 'Web Feature Service', ...features },
    ...(address.other === undefined
      ? []
      : [
          {
            href: address.other,
            rel: 'alternate',
            title: 'Web Feature Service, as the remote calls itself',
            ...features,
          },
        ]),
    { href: capabilitiesUrl, rel: 'service-desc', type: 'text/xml', title: 'Capabilities' },
    ...metadata,
  ];
}
