// The errors that OGC APIs and STAC word as JSON (OGC 17-069r4, 7.5.1; RFC 9457), whatever the status.
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { RemoteReply } from '../harvester.ts';
import { at, isList, textAt } from '../json-fields.ts';
import { readJson } from '../json.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import { refuseBadStatus } from '../reply.ts';

const SAID_CHARS_MAX = 300;

/** What an error object says; `undefined` for anything that is content. */
function exceptionOf(json: Json): string | undefined {
  const isContent = ['links', 'collections', 'features', 'conformsTo', 'stac_version'].some(
    (key) => at(json, key) !== undefined,
  );
  if (isContent || isList(json)) return undefined;
  const words = ['detail', 'description', 'message', 'title'].map((key) => textAt(json, key));
  const text = words.find((word) => word !== undefined);
  const code = textAt(json, 'code') ?? textAt(json, 'type') ?? textAt(json, 'status');
  if (code === undefined && at(json, 'detail') === undefined) return undefined;
  return oneLine([code, text].filter((part) => part !== undefined).join(': '), SAID_CHARS_MAX).text;
}

/**
 * The JSON of a reply that is content.
 * @throws RemoteException when it is an error in words with status 2xx or 4xx; else as `refuseBadStatus` and `readJson`
 */
export function readContent(reply: RemoteReply, asked: string): Json {
  if (reply.status >= 200 && reply.status <= 299) {
    const json = readJson(reply, asked);
    const said = exceptionOf(json);
    if (said === undefined) return json;
    throw new ReeveError(
      'RemoteException',
      `${shownUrl(reply.url)} answered ${asked} with an exception: ${said}`,
      {
        status: reply.status,
      },
    );
  }
  try {
    refuseBadStatus(reply, asked);
  } catch (error) {
    throw error instanceof ReeveError ? withWords(error, reply, asked) : error;
  }
  throw new ReeveError('InvariantBroken', `the status ${reply.status} is bad and was not refused`);
}

/** A refusal with the remote's own words, where it has some. */
function withWords(error: ReeveError, reply: RemoteReply, asked: string): ReeveError {
  if (error.name !== 'RemoteRefused') return error;
  try {
    const said = exceptionOf(readJson(reply, asked));
    if (said === undefined) return error;
    return new ReeveError(error.name, `${error.message}; it says: ${said}`, { status: reply.status });
  } catch {
    return error;
  }
}
