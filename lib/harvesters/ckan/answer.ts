// The envelope of CKAN's action API: what is in it, and the errors that come in it with any status.
import type { Json } from '../../json.ts';
import { ReeveError } from '../../session/errors.ts';
import type { RemoteReply } from '../harvester.ts';
import { at, type Found, isList, isObject, numberAt, textAt } from '../json-fields.ts';
import { readJson } from '../json.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import { refuseBadStatus } from '../reply.ts';

/** Errors of CKAN that are about the asker and not about the question. */
const NOT_ALLOWED = /authoriz|not ?allowed|access denied/i;

/**
 * The `result` of an answer.
 * @throws RemoteBusy of statuses that pass; RemoteRefused, RemoteException of `"success": false` whatever the status; RemoteUnreadable
 */
export function resultIn(reply: RemoteReply, asked: string): Json {
  const failed = failureIn(reply, asked);
  if (failed !== undefined) throw failed;
  refuseBadStatus(reply, asked);
  const json = readJson(reply, asked);
  const result = at(json, 'result') ?? (isDataset(json) ? json : undefined);
  if (result === undefined) {
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered ${asked} with JSON that has no result`,
      { status: reply.status },
    );
  }
  return result;
}

/** `{"success": false, "error": {"__type": "Search Query Error", "message": "..."}}`; statuses that pass are left to `refuseBadStatus`. */
function failureIn(reply: RemoteReply, asked: string): ReeveError | undefined {
  const { status } = reply;
  if (status === 429 || status === 408 || status >= 500) return undefined;
  const json = status >= 200 && status <= 299 ? readJson(reply, asked) : jsonOrNothing(reply, asked);
  if (json === undefined || at(json, 'success') !== false) return undefined;
  const said = sentenceIn(at(json, 'error'));
  const name =
    NOT_ALLOWED.test(said) || status === 401 || status === 403 ? 'RemoteRefused' : 'RemoteException';
  return new ReeveError(name, `${shownUrl(reply.url)} answered ${asked} with an error of CKAN: ${said}`, {
    status,
  });
}

function jsonOrNothing(reply: RemoteReply, asked: string): Json | undefined {
  try {
    return readJson(reply, asked);
  } catch {
    // An HTML page with an error status: the status says more.
    return undefined;
  }
}

/** Type and message, or of a validation error the fields that it names: `Validation Error: sort: Invalid`. */
function sentenceIn(error: Found): string {
  const type = textAt(error, '__type');
  const message = textAt(error) ?? textAt(error, 'message') ?? fieldsIn(error);
  const said = [type, message].filter((part) => part !== undefined && part !== '').join(': ');
  return oneLine(said === '' ? 'success: false' : said, 200).text;
}

function fieldsIn(error: Found): string {
  if (!isObject(error)) return '';
  return Object.entries(error)
    .filter(([key]) => key !== '__type')
    .map(
      ([key, value]) =>
        `${key}: ${isList(value) ? value.map((one) => textAt(one) ?? '').join(', ') : (textAt(value) ?? '')}`,
    )
    .join('; ');
}

/** A dataset by itself: what `package_show` gives, and what a site may export as a file. */
function isDataset(json: Json): boolean {
  const isNamed = textAt(json, 'id') !== undefined || textAt(json, 'name') !== undefined;
  return isNamed && isList(at(json, 'resources'));
}

/** A page of `package_search`; sites that imitate CKAN may give the list alone, or a list in a list. */
export function pageIn(result: Json): { entries: readonly Json[]; count: number | undefined } | undefined {
  const results = at(result, 'results');
  if (isList(results)) return { entries: results, count: countOf(numberAt(result, 'count')) };
  if (isDataset(result)) return { entries: [result], count: 1 };
  if (!isList(result)) return undefined;
  const [only] = result;
  return { entries: result.length === 1 && isList(only) ? only : result, count: undefined };
}

function countOf(count: number | undefined): number | undefined {
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}
