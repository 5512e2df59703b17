// How a resource can be had: formats and online resources (ISO 19115:2003, B.2.10; ISO 19115-1, B.2.8), and the operations of services (ISO 19119, C.2).
import { type DraftLink, onlineLink } from '../online.ts';
import { childOf, childrenOf, textOf, type XmlElement } from '../xml.ts';
import { codeIn, heldIn, hrefOf, wordsIn } from './words.ts';

export function linksOf(root: XmlElement, identifications: readonly XmlElement[]): DraftLink[] {
  const transfers = distributionsOf(root).flatMap((distribution) => [
    ...heldIn(distribution, 'transferOptions'),
    ...heldIn(distribution, 'distributor').flatMap((distributor) =>
      heldIn(distributor, 'distributorTransferOptions'),
    ),
  ]);
  const metadata = [...heldIn(root, 'metadataLinkage')].map((online) => ({
    ...linkOf(online),
    rel: 'describedby',
  }));
  return [
    ...transfers.flatMap((transfer) => heldIn(transfer, 'onLine')).map(linkOf),
    ...identifications.flatMap(operationLinks),
    ...identifications.flatMap(pictures),
    ...identifications
      .flatMap((identification) => heldIn(identification, 'citation'))
      .flatMap((citation) => heldIn(citation, 'onlineResource'))
      .map(linkOf),
    ...childrenOf(root, 'dataSetURI').map((property) => ({ href: wordsIn(property), rel: 'about' })),
    ...metadata,
  ].filter(({ href }) => href !== undefined);
}

function distributionsOf(root: XmlElement): readonly XmlElement[] {
  return heldIn(root, 'distributionInfo');
}

function linkOf(online: XmlElement): DraftLink {
  const words = (name: string): string | undefined => wordsIn(childOf(online, name));
  const linkage = childOf(online, 'linkage');
  const profile = words('applicationProfile');
  const file = childOf(childOf(online, 'name'), 'MimeFileType')?.attributes['type'];
  return onlineLink({
    href: wordsIn(linkage) ?? hrefOf(linkage),
    protocol: words('protocol'),
    name: words('name'),
    description: words('description'),
    function: codeIn(childOf(online, 'function')),
    mediaType: [file, profile].find((text) => text !== undefined && /^[a-z]+\/[\w.+-]+$/i.test(text)),
  });
}

/** A service's own addresses: `serviceType` is the protocol where the operations name none. */
function operationLinks(identification: XmlElement): DraftLink[] {
  const serviceType = wordsIn(childOf(identification, 'serviceType'));
  return heldIn(identification, 'containsOperations').flatMap((operation) =>
    heldIn(operation, 'connectPoint').map((online): DraftLink => {
      const link = linkOf(online);
      const title = link.title ?? wordsIn(childOf(operation, 'operationName'));
      const protocol = link.protocol ?? serviceType;
      return {
        ...link,
        rel: 'service',
        ...(title === undefined ? {} : { title }),
        ...(protocol === undefined ? {} : { protocol }),
      };
    }),
  );
}

function pictures(identification: XmlElement): DraftLink[] {
  return heldIn(identification, 'graphicOverview').map((graphic) => {
    const title = wordsIn(childOf(graphic, 'fileDescription'));
    const type = wordsIn(childOf(graphic, 'fileType'));
    return {
      href: wordsIn(childOf(graphic, 'fileName')),
      rel: 'preview',
      ...(title === undefined ? {} : { title }),
      ...(type?.includes('/') === true ? { type } : {}),
    };
  });
}

/** MD_Format has a name and a version, or since ISO 19115-1 the citation of a specification. */
export function formatsOf(root: XmlElement, identifications: readonly XmlElement[]): string[] {
  const formats = [
    ...distributionsOf(root).flatMap((distribution) => [
      ...heldIn(distribution, 'distributionFormat'),
      ...heldIn(distribution, 'distributor').flatMap((distributor) =>
        heldIn(distributor, 'distributorFormat'),
      ),
    ]),
    ...identifications.flatMap((identification) => heldIn(identification, 'resourceFormat')),
  ];
  return formats.flatMap((format) => {
    const [citation] = heldIn(format, 'formatSpecificationCitation');
    const name = wordsIn(childOf(format, 'name')) ?? wordsIn(childOf(citation, 'title'));
    const version = wordsIn(childOf(format, 'version')) ?? wordsIn(childOf(citation, 'edition'));
    if (name === undefined) return [];
    return [version === undefined || !/^\d/.test(version) ? name : `${name} ${version}`];
  });
}

/** The parties that hand it out. */
export function distributorsOf(root: XmlElement): readonly XmlElement[] {
  return distributionsOf(root)
    .flatMap((distribution) => heldIn(distribution, 'distributor'))
    .flatMap((distributor) => childrenOf(distributor, 'distributorContact'));
}

/** `EPSG:31370`, whatever of the four ways it was written in; else the words as they are. */
export function systemsOf(root: XmlElement): string[] {
  return heldIn(root, 'referenceSystemInfo').flatMap((system) =>
    heldIn(system, 'referenceSystemIdentifier').flatMap((identifier) => {
      const property = childOf(identifier, 'code');
      const code = wordsIn(property);
      const href = hrefOf(childOf(property, 'Anchor'));
      const space = wordsIn(childOf(identifier, 'codeSpace')) ?? '';
      const known = [code, href].map(epsgOf).find((found) => found !== undefined);
      if (known !== undefined) return [known];
      if (code !== undefined && /^\d{4,6}$/.test(code) && /^$|epsg/i.test(space)) return [`EPSG:${code}`];
      return code === undefined ? [] : [code];
    }),
  );
}

/** `EPSG:4326`, `urn:ogc:def:crs:EPSG::4326`, `http://www.opengis.net/def/crs/EPSG/0/4326`, `WGS 84 (EPSG:4326)`. */
function epsgOf(text: string | undefined): string | undefined {
  const code = /\bEPSG(?::{1,2}|\/)(?:[\d.]*[:/])?(\d{4,6})\b/i.exec(text ?? '')?.[1];
  return code === undefined ? undefined : `EPSG:${code}`;
}

/** Its own language and that of its metadata, the first first; `fre; CAN` names a country as well. */
export function languageOf(root: XmlElement, identifications: readonly XmlElement[]): string | undefined {
  const places = [...identifications, root];
  for (const place of places) {
    for (const name of ['language', 'defaultLocale']) {
      for (const property of childrenOf(place, name)) {
        const locale = childOf(property, 'PT_Locale');
        const code = locale === undefined ? codeIn(property) : codeIn(childOf(locale, 'language'));
        const language = code?.split(/[;,\s]/)[0]?.replace(/^.*[/#]/, '');
        if (language !== undefined && /^[a-z]{2,3}([-_][a-z]{2})?$/i.test(language)) return language;
      }
    }
  }
  return textOf(childOf(root, 'language'));
}
