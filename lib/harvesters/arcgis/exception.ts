// The errors that ArcGIS answers as JSON, mostly with status 200.
import type { Json } from '../../json.ts';
import { ReeveError, type ReeveErrorName } from '../../session/errors.ts';
import type { RemoteReply } from '../harvester.ts';
import { at, listAt, numberAt, textAt } from '../json-fields.ts';
import { shownUrl } from '../links.ts';
import { oneLine } from '../plain-text.ts';
import { wantsCredentials } from '../reply.ts';

/** 498 is an invalid token, 499 a missing one: Esri's own, and they mean what 401 means. */
const NAMES: ReadonlyMap<number, ReeveErrorName> = new Map<number, ReeveErrorName>([
  ...[401, 403, 404, 410, 498, 499].map((code) => [code, 'RemoteRefused'] as const),
  ...[429, 502, 503, 504].map((code) => [code, 'RemoteBusy'] as const),
]);
const TOKEN_CODES: ReadonlySet<number> = new Set([401, 403, 498, 499]);

/**
 * Returns when the JSON is no error: `{"error": {code, message, details}}`, where Koop's code is a text, or `{"status": "error", messages}`.
 * @throws RemoteRefused (401, 403, 404, 410, 498, 499), RemoteBusy (429, 502, 503, 504), RemoteException; `status` is the error's code
 */
export function refuseException(json: Json, reply: RemoteReply, asked: string): void {
  const error = at(json, 'error');
  const isError = error !== undefined && error !== null && error !== false;
  if (!isError && at(json, 'status') !== 'error') return;
  const code = numberAt(error, 'code') ?? numberAt(json, 'code');
  const said = [
    textAt(error),
    textAt(error, 'message'),
    textAt(listAt(error, 'details')[0]),
    textAt(listAt(json, 'messages')[0]),
  ];
  const words = said.find((text) => text !== undefined) ?? 'without a message';
  const shown = code ?? textAt(error, 'code') ?? 'without a code';
  const wants = code !== undefined && TOKEN_CODES.has(code) ? `; ${wantsCredentials(reply)}` : '';
  const name = (code === undefined ? undefined : NAMES.get(code)) ?? 'RemoteException';
  const message = `${shownUrl(reply.url)} answered ${asked} with ArcGIS error ${oneLine(String(shown), 40).text}: ${oneLine(words, 200).text}${wants}`;
  throw new ReeveError(name, message, { status: code ?? reply.status });
}
