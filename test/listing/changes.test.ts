/** How a remote is asked only for what has changed, and what is made of the answer. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_KEEPING } from '../../lib/session/keeping.ts';
import { makeSession, T0 } from '../session/make.ts';
import { BASE, catalogue, holding, SIZE, walk } from './numbered.ts';

describe('a harvester that asks for changes', () => {
  const keeping = { ...DEFAULT_KEEPING, listing: 'changes' as const };
  const session = makeSession({ remote: { type: 'numbered', url: BASE, settings: {} }, keeping });

  test('asks for what changed since an hour before the last session, and accounts for the rest', async () => {
    const { ids, listing, requests } = await walk(() => ({ json: { ids: [3, 20], matched: 2 } }), {
      session: { keeping },
      view: holding(session),
    });
    expect(requests[0]?.url).toContain(`since=${T0 - 86_400_000 - 3_600_000}`);
    expect(ids).toEqual(['r3', 'r20']);
    expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 9 });
  });

  test('does not count what the remote says it has deleted as unchanged', async () => {
    const { listing } = await walk(() => ({ json: { ids: [], matched: 0, gone: ['r1', 'r2'] } }), {
      session: { keeping },
      view: holding(session),
    });
    expect(listing.withoutBatch).toBe(8);
  });

  test('asks for everything where the remote does not know how to answer', async () => {
    const { ids, listing } = await walk(
      (query, request) => (query.has('since') ? { status: 500 } : catalogue(10)(query, request)),
      { session: { keeping }, view: holding(session) },
    );
    expect(ids).toHaveLength(10);
    expect(listing).toMatchObject({ of: 'all', complete: true });
    expect(listing.warnings.join()).toContain('asked for everything instead');
  });

  test.each([
    ['a whole listing is due', {}, { listedAllAt: T0 - 8 * 86_400_000 }],
    ['the last session left something open', {}, { changesSinceAt: null }],
    ['the settings have changed', {}, { madeBy: 'another' }],
    ['the selection has changed', {}, { selectedBy: 'another' }],
    ['it is to be full', { asks: { full: true, acceptGone: false } }, {}],
    ['the session only lists', { kind: 'discover-harvestable-resources' as const }, {}],
  ])('asks for everything when %s', async (_why, more, manifest) => {
    const { listing, requests } = await walk(catalogue(10), {
      session: { keeping, ...more },
      view: holding(session, manifest),
    });
    expect(requests[0]?.url).not.toContain('since');
    expect(listing.of).toBe('all');
  });

  test('a remote that says that nothing has changed is asked nothing more', async () => {
    const { ids, listing, requests } = await walk(
      () => ({ json: { ids: [], matched: 0, unchanged: true } }),
      {
        session: { keeping },
        view: holding(session),
      },
    );
    expect([ids, requests.length]).toEqual([[], 1]);
    expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 10 });
  });
});

test('a listing of one answer is asked for on condition, and 304 accounts for all that is held', async () => {
  const session = makeSession({ remote: { type: 'numbered', url: BASE, settings: {} } });
  const validators = { url: `${BASE}?from=0&size=${SIZE}`, etag: '"x"' };
  const { listing, requests } = await walk(() => ({ status: 304 }), {
    view: holding(session, { validators }),
  });
  expect(requests[0]?.headers).toEqual({ 'if-none-match': '"x"' });
  expect(listing).toMatchObject({ of: 'changes', complete: true, withoutBatch: 10 });
});
