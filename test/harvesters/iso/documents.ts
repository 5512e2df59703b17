// Records of ISO 19139 and 19115-3 for the tests of the reader: the element under test in the smallest record there can be.
import type { CatalogueRecord } from '../../../lib/harvesters/record.ts';
import { readListed } from '../../../lib/harvesters/listed.ts';
import { listedMetadata } from '../../../lib/harvesters/metadata.ts';
import { readXml, type XmlElement } from '../../../lib/harvesters/xml.ts';
import { textReply } from '../replies.ts';

export const text = (value: string): string => `<gco:CharacterString>${value}</gco:CharacterString>`;
export const ID = `<gmd:fileIdentifier>${text('id-1')}</gmd:fileIdentifier>`;

export interface Parts {
  /** Beside the identification, in the root. */
  readonly root?: string;
  readonly identification?: string;
  readonly citation?: string;
}

/** A gmd record; what the parts hold comes behind a title. */
export function gmd({ root = ID, identification = '', citation = '' }: Parts): string {
  return `<gmd:MD_Metadata>${root}<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation><gmd:title>${text('A title')}</gmd:title>${citation}</gmd:CI_Citation></gmd:citation>${identification}</gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>`;
}

export function elementOf(xml: string): XmlElement {
  let root: XmlElement | undefined;
  const name = /<(?:\w+:)?(\w+)/.exec(xml)?.[1] ?? '';
  readXml(
    textReply(xml),
    { asked: 'the record', roots: [name] },
    { open: () => 'whole', whole: (element) => void (root = element) },
  );
  return root!;
}

export function recordOf(xml: string): CatalogueRecord {
  const reading = readListed(listedMetadata(elementOf(xml)));
  if (reading.reading !== 'record') throw new Error(reading.because);
  return reading.record;
}

export const propertiesOf = (parts: Parts) => recordOf(gmd(parts)).properties;
