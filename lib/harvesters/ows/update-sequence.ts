// The update sequence of a capabilities document: a server that knows it says that nothing has changed, and is spared telling everything again.
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Asked, Listing, RemoteRequest } from '../harvester.ts';
import { textAt } from '../json-fields.ts';
import type { XmlTag } from '../xml.ts';

const SEQUENCE_CHARS_MAX = 200;
const PARAMETER = /&UPDATESEQUENCE=([^&]*)$/;

/** The request with the sequence of the last complete listing, where there was one. */
export function withSequence(request: RemoteRequest, asked: Asked | undefined): RemoteRequest {
  const sequence = textAt(asked?.state, 'updateSequence');
  return sequence === undefined
    ? request
    : { ...request, url: `${request.url}&UPDATESEQUENCE=${encodeURIComponent(sequence)}` };
}

function sequenceIn({ url }: RemoteRequest): string | undefined {
  const [, sequence] = PARAMETER.exec(url) ?? [];
  return sequence === undefined ? undefined : decodeURIComponent(sequence);
}

/** What is handed back with the next listing; nothing where the document has no sequence. */
export function stateIn(root: XmlTag): { state?: Json } {
  const sequence = root.attributes['updateSequence']?.trim() ?? '';
  return sequence === '' || sequence.length > SEQUENCE_CHARS_MAX
    ? {}
    : { state: { updateSequence: sequence } };
}

/**
 * Reads a reply that may only say that nothing has changed: by the exception `CurrentUpdateSequence` (WMS 1.3.0, 7.2.3.5), or by a document with
 * its sequence and nothing else (OGC 06-121r3, 7.3.4). `InvalidUpdateSequence`, of a server that counts anew, is asked again without.
 * @param read gives the listing, and whether the document has content at all
 */
export function readSequenced(
  request: RemoteRequest,
  read: () => { readonly listing: Listing; readonly isEmpty: boolean },
): Listing {
  const sequence = sequenceIn(request);
  if (sequence === undefined) return read().listing;
  const unchanged: Listing = {
    resources: [],
    next: [],
    unchanged: true,
    state: { updateSequence: sequence },
  };
  try {
    const { listing, isEmpty } = read();
    return isEmpty && textAt(listing.state, 'updateSequence') === sequence ? unchanged : listing;
  } catch (error) {
    if (!(error instanceof ReeveError) || error.name !== 'RemoteException') throw error;
    if (/\bCurrentUpdateSequence\b/i.test(error.message)) return unchanged;
    if (!/\bInvalidUpdateSequence\b/i.test(error.message)) throw error;
    return { resources: [], next: [{ ...request, url: request.url.replace(PARAMETER, '') }] };
  }
}
