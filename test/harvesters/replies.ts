// Replies as lib/remote hands them over, for the tests of all harvester types.
import type { RemoteReply } from '../../lib/harvesters/harvester.ts';
import { ReeveError } from '../../lib/session/errors.ts';

export interface ReplyOptions {
  readonly url?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

export function textReply(text: string | Uint8Array, options: ReplyOptions = {}): RemoteReply {
  const {
    url = 'https://remote.example/api',
    status = 200,
    headers = { 'content-type': 'application/json' },
  } = options;
  return { url, status, headers, body: typeof text === 'string' ? Buffer.from(text) : text };
}

export function jsonReply(value: unknown, options: ReplyOptions = {}): RemoteReply {
  return textReply(JSON.stringify(value), options);
}

/** The ReeveError that `act` throws; fails when it throws nothing, or something else. */
export function thrownBy(act: () => unknown): ReeveError {
  let outcome: unknown;
  try {
    outcome = act();
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error(`nothing was thrown, but ${JSON.stringify(outcome)} returned`);
}
