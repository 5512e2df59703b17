// Statuses of remotes: which of them are answers, and what the others are called.
import { describe, expect, test } from 'vitest';
import type { RemoteReply } from '../../lib/harvesters/harvester.ts';
import { refuseBadStatus, retryAfterOf } from '../../lib/harvesters/reply.ts';
import { ReeveError } from '../../lib/session/errors.ts';

function reply(status: number, headers: Record<string, string> = {}): RemoteReply {
  return { url: 'https://remote.example/api?token=tell-nobody', status, headers, body: new Uint8Array() };
}

function refusal(status: number, headers?: Record<string, string>): ReeveError {
  try {
    refuseBadStatus(reply(status, headers), 'the listing');
  } catch (error) {
    if (error instanceof ReeveError) return error;
    throw error;
  }
  throw new Error(`status ${status} was not refused`);
}

describe('refuseBadStatus', () => {
  test.each([200, 201, 203, 204, 206, 299])('status %i is an answer', (status) => {
    expect(() => refuseBadStatus(reply(status), 'the listing')).not.toThrow();
  });

  test.each([408, 425, 429, 500, 502, 503, 504, 520])('status %i says: not now', (status) => {
    expect(refusal(status)).toMatchObject({ name: 'RemoteBusy', status });
  });

  test.each([400, 401, 403, 404, 406, 410, 418, 451, 498, 499, 501, 505, 511])(
    'status %i says: never like this',
    (status) => {
      expect(refusal(status)).toMatchObject({ name: 'RemoteRefused', status });
    },
  );

  test.each([0, 101, 300, 302, 304, 399])('status %i carries nothing to read', (status) => {
    expect(refusal(status)).toMatchObject({ name: 'RemoteUnreadable', status });
  });

  test('the sentence names what was asked, where, and the status, and gives no secret away', () => {
    expect(refusal(401).message).toBe(
      'https://remote.example/api?token=redacted answered the listing with status 401: it wants credentials, and the harvester has none',
    );
  });

  test('how long the remote asks to wait is handed on', () => {
    const error = refusal(503, { 'retry-after': '120' });
    expect(error.retryAfterSeconds).toBe(120);
    expect(error.message).toContain('asks to wait 120 s');
  });
});

describe('retryAfterOf', () => {
  test.each([
    ['seconds', { 'retry-after': '7' }, 7],
    ['zero', { 'retry-after': '0' }, 0],
    ['a week is cut to a day', { 'retry-after': '604800' }, 86_400],
    [
      'a date, counted from the date of the reply',
      { 'retry-after': 'Wed, 21 Oct 2026 07:30:00 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      120,
    ],
    [
      'a date that is past',
      { 'retry-after': 'Wed, 21 Oct 2026 07:00:00 GMT', date: 'Wed, 21 Oct 2026 07:28:00 GMT' },
      0,
    ],
    ['a date and no date of the reply', { 'retry-after': 'Wed, 21 Oct 2026 07:30:00 GMT' }, undefined],
    ['nothing', {}, undefined],
    ['a minus', { 'retry-after': '-5' }, undefined],
    ['words', { 'retry-after': 'soon' }, undefined],
  ] as [string, Record<string, string>, number | undefined][])('%s', (_, headers, seconds) => {
    expect(retryAfterOf(reply(503, headers))).toBe(seconds);
  });
});
