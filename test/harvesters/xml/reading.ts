// How the tests of the XML core read a document.
import type { RemoteReply } from '../../../lib/harvesters/harvester.ts';
import { readXml, type XmlElement, type XmlLimits } from '../../../lib/harvesters/xml.ts';
import { ReeveError } from '../../../lib/session/errors.ts';

const URL_ASKED = 'https://example.org/xml';

export function replyOf(body: string | Uint8Array, more: Partial<RemoteReply> = {}): RemoteReply {
  return {
    url: URL_ASKED,
    status: 200,
    headers: {},
    body: typeof body === 'string' ? Buffer.from(body) : body,
    ...more,
  };
}

export const EXPECTED = { asked: 'the listing', roots: ['root'] };

/** Takes the root as a whole. */
export function readWhole(body: string | Uint8Array, limits: Partial<XmlLimits> = {}) {
  let root: XmlElement | undefined;
  let wasCut = false;
  const reading = readXml(
    replyOf(body),
    { ...EXPECTED, limits },
    {
      open: () => 'whole',
      whole: (element, _path, cut) => {
        root = element;
        wasCut = cut;
      },
    },
  );
  return { ...reading, element: root!, cut: wasCut };
}

export function refusalOf(read: () => unknown): {
  name: string;
  message: string;
  status: number | undefined;
} {
  try {
    read();
  } catch (error) {
    if (error instanceof ReeveError)
      return { name: error.name, message: error.message, status: error.status };
    throw error;
  }
  throw new Error('it was read');
}

export const because = (body: string | Uint8Array): string => refusalOf(() => readWhole(body)).message;
