// One metadata record in XML, of whatever standard: its draft, or a clear word why it cannot be read.
import { dublinCoreDraft, isDublinCoreRoot } from './dublin-core.ts';
import { isIsoRoot, isoDraft } from './iso/record.ts';
import { listedDraft, listedUnreadable, type Unreadable } from './listed.ts';
import type { ListedResource } from './harvester.ts';
import type { RecordDraft } from './record.ts';
import { walk, type XmlElement } from './xml.ts';

/** What records are called that Reeve knows and does not read. */
const FOREIGN: ReadonlyMap<string, string> = new Map([
  ['metadata', 'an FGDC record'],
  ['DIF', 'a DIF record of GCMD'],
  ['RDF', 'RDF (DCAT)'],
  ['resource', 'a DataCite record'],
  ['entry', 'an Atom entry'],
  ['FC_FeatureCatalogue', 'a feature catalogue (ISO 19110)'],
  ['TRANSFER', 'a GM03 record'],
]);
export const READ_KINDS = 'ISO 19139, ISO 19115-3 and Dublin Core';
const CONTENT_CHARS_MAX = 100_000;

export type MetadataReading = { readonly draft: RecordDraft } | { readonly unreadable: Unreadable };

export interface MetadataContext {
  /** The id that the protocol gives the record; without it the record's own. */
  readonly id?: string | undefined;
  /** The element was longer than the limits of XML and is not all there. */
  readonly cut?: boolean;
}

export function isMetadataRoot(name: string): boolean {
  return isIsoRoot(name) || isDublinCoreRoot(name) || FOREIGN.has(name);
}

export function readMetadata(root: XmlElement, { id, cut = false }: MetadataContext = {}): MetadataReading {
  if (cut)
    return {
      unreadable: unreadable(root, id, 'it is longer than one record may be, and was not read whole'),
    };
  if (!isIsoRoot(root.name) && !isDublinCoreRoot(root.name)) {
    const what = FOREIGN.get(root.name) ?? `an element <${root.name.slice(0, 60)}>`;
    return { unreadable: unreadable(root, id, `it is ${what}; allowed are ${READ_KINDS}`) };
  }
  const read = isIsoRoot(root.name) ? isoDraft(root) : dublinCoreDraft(root, id);
  if ('because' in read) return { unreadable: unreadable(root, id, read.because) };
  return id === undefined ? read : { draft: knownAs(read.draft, id) };
}

/** As a resource of a listing: one that carries its record, or one that fails with its reason. */
export function listedMetadata(root: XmlElement, context: MetadataContext = {}): ListedResource {
  const read = readMetadata(root, context);
  return 'draft' in read ? listedDraft(read.draft) : listedUnreadable(read.unreadable);
}

/** Another name that the protocol gives it: its own stays among those by which others know it. */
function knownAs(draft: RecordDraft, id: string): RecordDraft {
  if (draft.id === id) return draft;
  return { ...draft, id, externalIds: [{ value: draft.id }, ...(draft.externalIds ?? [])] };
}

function unreadable(root: XmlElement, id: string | undefined, because: string): Unreadable {
  let content = root.name;
  for (const { text } of walk(root)) {
    if (content.length > CONTENT_CHARS_MAX) break;
    content += `\n${text}`;
  }
  return { id, because, content };
}
