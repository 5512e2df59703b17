// What an OAI-PMH repository answers (OAI-PMH 2.0, 3.2 to 4.6): records, the token that goes on, formats, and its errors.
import { ReeveError } from '../../session/errors.ts';
import type { ListedResource, RemoteReply } from '../harvester.ts';
import { listedDraft, listedUnreadable } from '../listed.ts';
import { shownUrl } from '../links.ts';
import { readMetadata } from '../metadata.ts';
import { oneLine } from '../plain-text.ts';
import { childOf, readXml, textOf, type XmlElement } from '../xml.ts';

export interface OaiError {
  readonly code: string;
  readonly said: string;
}

export interface OaiReply {
  readonly errors: readonly OaiError[];
  /** Of the verb that was asked, in the order of the document; tokens apart. */
  readonly elements: readonly XmlElement[];
  /** `undefined` when there is none, empty when the list is at its end. */
  readonly token: string | undefined;
  readonly completeListSize: number | undefined;
  readonly warnings: readonly string[];
  readonly damaged: boolean;
}

export interface OaiRecords extends Omit<OaiReply, 'elements'> {
  readonly resources: readonly ListedResource[];
  readonly gone: readonly string[];
  readonly datestamps: readonly string[];
}

/** Reads an answer to a verb; every record is handed on as soon as it is read. @throws as `readXml` */
export function readOai(
  reply: RemoteReply,
  asked: string,
  take: (element: XmlElement, cut: boolean) => void,
): Omit<OaiReply, 'elements'> {
  const errors: OaiError[] = [];
  let token: XmlElement | undefined;
  const { warnings, damaged } = readXml(
    reply,
    { asked, roots: ['OAI-PMH'] },
    {
      open: (tag, path) => {
        if (path.length === 0) return 'enter';
        if (path.length > 1) return 'whole';
        if (tag.name === 'error') return 'whole';
        return tag.name === 'request' || tag.name === 'responseDate' ? 'skip' : 'enter';
      },
      whole: (element, path, cut) => {
        if (element.name === 'error' && path.length === 1)
          errors.push({ code: element.attributes['code']?.trim() ?? '', said: textOf(element) ?? '' });
        else if (element.name === 'resumptionToken') token ??= element;
        else take(element, cut);
      },
    },
  );
  const size = token?.attributes['completeListSize']?.trim() ?? '';
  return {
    errors,
    token: token === undefined ? undefined : (textOf(token) ?? ''),
    completeListSize: /^\d{1,15}$/.test(size) ? Number(size) : undefined,
    warnings,
    damaged,
  };
}

export function readElements(reply: RemoteReply, asked: string): OaiReply {
  const elements: XmlElement[] = [];
  return { ...readOai(reply, asked, (element) => void elements.push(element)), elements };
}

/** A page of ListRecords, or the answer to GetRecord. @throws as `readXml` */
export function readRecords(reply: RemoteReply, asked: string, prefix: string): OaiRecords {
  const resources: ListedResource[] = [];
  const gone: string[] = [];
  const datestamps: string[] = [];
  const rest = readOai(reply, asked, (element, cut) => {
    const header = childOf(element, 'header');
    const id = textOf(childOf(header, 'identifier'));
    const datestamp = textOf(childOf(header, 'datestamp'));
    if (datestamp !== undefined) datestamps.push(datestamp);
    // A deleted record has a header and no metadata (2.5.1).
    if (header?.attributes['status']?.trim() === 'deleted') {
      if (id !== undefined) gone.push(id);
    } else resources.push({ ...listedRecord(element, { id, datestamp, cut }), hint: { prefix } });
  });
  return { ...rest, resources, gone, datestamps };
}

interface Header {
  readonly id: string | undefined;
  readonly datestamp: string | undefined;
  readonly cut: boolean;
}

function listedRecord(record: XmlElement, { id, datestamp, cut }: Header): ListedResource {
  const [metadata] = childOf(record, 'metadata')?.children ?? [];
  if (metadata === undefined)
    return listedUnreadable({
      id,
      because: 'the repository lists it without any metadata',
      content: JSON.stringify(record.children.map(({ name, text }) => [name, text])),
    });
  const read = readMetadata(metadata, { id, cut });
  if ('unreadable' in read) return listedUnreadable(read.unreadable);
  return listedDraft({ ...read.draft, updated: read.draft.updated ?? datestamp });
}

/** The repository's own word for why it cannot answer (3.6). */
export function refusal(reply: RemoteReply, asked: string, errors: readonly OaiError[]): ReeveError {
  const said = errors.map(({ code, said: text }) => [code, text].filter((part) => part !== '').join(': '));
  const sentence = oneLine(said.join('; '), 300).text;
  return new ReeveError(
    'RemoteException',
    `${shownUrl(reply.url)} answered ${asked} with an error: ${sentence === '' ? 'without a word' : sentence}`,
    { status: reply.status },
  );
}
