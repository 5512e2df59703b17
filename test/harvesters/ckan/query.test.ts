// CKAN: where its API is, and what is asked of it.
import { describe, expect, test } from 'vitest';
import { ckan } from '../../../lib/harvesters/ckan.ts';
import { addressOf } from '../../../lib/harvesters/ckan/address.ts';
import { CkanSettings } from '../../../lib/harvesters/ckan/query.ts';
import type { Asked, RemoteRequest } from '../../../lib/harvesters/harvester.ts';
import { jsonReply, thrownBy } from '../replies.ts';

const SITE = 'https://data.example/portal';
const settings = CkanSettings.parse({});

function first(more: Partial<CkanSettings> = {}, asked?: Asked): RemoteRequest {
  return ckan.firstListing(SITE, { ...settings, ...more }, asked);
}

function asked(request: RemoteRequest): Record<string, string> {
  return Object.fromEntries(new URL(request.url).searchParams);
}

describe('the address', () => {
  test.each([
    ['https://data.example', 'https://data.example', '/api/3/action'],
    ['https://data.example/', 'https://data.example', '/api/3/action'],
    ['https://data.example/data/', 'https://data.example/data', '/api/3/action'],
    [
      'https://data.example/data/api/3/action/package_search?q=x',
      'https://data.example/data',
      '/api/3/action',
    ],
    ['https://data.example/data/api/action/', 'https://data.example/data', '/api/action'],
    ['https://data.example/data/api/3', 'https://data.example/data', '/api/3/action'],
    ['https://data.example/dataset/roads?x=1#y', 'https://data.example', '/api/3/action'],
    ['https://data.example/fr/organization/town', 'https://data.example/fr', '/api/3/action'],
  ])('of %s is %s with %s', (url, at, api) => {
    expect(addressOf(url)).toEqual({ site: at, api });
  });

  test('of something that is no web address is refused', () => {
    expect(thrownBy(() => ckan.firstListing('ftp://data.example', settings)).message).toBe(
      'a URL that is not http or https is no URL of a CKAN; allowed is http(s)://host[/path]',
    );
  });
});

describe('what is asked', () => {
  test('is a page in the order of ids, without harvest sources', () => {
    const request = first();
    expect(request.url).toMatch(/^https:\/\/data\.example\/portal\/api\/3\/action\/package_search\?/);
    expect(asked(request)).toEqual({ rows: '100', start: '0', sort: 'id asc', fq: '-dataset_type:harvest' });
  });

  test('has every setting in brackets of its own, and quotes in names escaped', () => {
    const { fq, q, include_private } = asked(
      first({
        organizations: ['town', 'the "old" town'],
        groups: ['roads'],
        tags: ['a\\b'],
        excludeOrganizations: ['ferry'],
        excludeGroups: ['x', 'y'],
        query: 'bridges',
        filterQuery: 'res_format:CSV OR res_format:SHP',
        includePrivate: true,
      }),
    );
    expect(fq).toBe(
      '-dataset_type:harvest +organization:("town" OR "the \\"old\\" town") +groups:("roads") +tags:("a\\\\b") ' +
        '-organization:("ferry") -groups:("x" OR "y") +(res_format:CSV OR res_format:SHP)',
    );
    expect({ q, include_private }).toEqual({ q: 'bridges', include_private: 'true' });
  });

  test('is only what changed, where a session asks for that', () => {
    expect(asked(first({}, { changedSinceAt: Date.parse('2024-01-01T00:00:00Z') }))['fq']).toBe(
      '-dataset_type:harvest +metadata_modified:[2024-01-01T00:00:00.000Z TO *]',
    );
  });

  test('is narrowed by the box and the dates of a filter, and not by what a search would lose', () => {
    const filter = {
      title: 'oad',
      keywords: ['Roads'],
      types: ['dataset'],
      bbox: [1, 2, 3, 4],
      updatedFrom: '2024-01-01',
      updatedTo: '2024-02-01',
    } as const;
    expect(asked(first({}, { filter }))).toEqual({
      rows: '100',
      start: '0',
      sort: 'id asc',
      ext_bbox: '1,2,3,4',
      fq: '-dataset_type:harvest +metadata_modified:[2024-01-01T00:00:00.000Z TO 2024-02-01T23:59:59.999Z]',
    });
    expect(asked(first({}, { filter: { bbox: [170, 2, -170, 4] } }))).not.toHaveProperty('ext_bbox');
    expect(asked(first({}, { filter: { updatedTo: '2024-02-01T12:00:00Z' } }))['fq']).toContain(
      '[* TO 2024-02-01T12:00:00.000Z]',
    );
  });

  test('is asked by POST when the URL would be too long, and its pages too', () => {
    const tags = Array.from({ length: 100 }, (_, index) => `a tag with a long name, number ${index}`);
    const request = first({ tags });
    expect(request).toMatchObject({
      url: `${SITE}/api/3/action/package_search`,
      method: 'POST',
      repeatable: true,
      headers: { 'content-type': 'application/json' },
    });
    const page = jsonReply({ success: true, result: { count: 5, results: [{ id: 'a' }, { id: 'b' }] } });
    const [next] = ckan.readListing({ url: SITE, settings, request }, page).next;
    expect(next?.method).toBe('POST');
    expect(JSON.parse(next?.body ?? '')).toEqual({ ...JSON.parse(request.body ?? ''), start: '2' });
  });

  test.each([
    [{ pageSize: 0 }],
    [{ pageSize: 1_001 }],
    [{ organizations: [''] }],
    [{ query: 'x'.repeat(4_001) }],
    [{ unknown: 1 }],
  ])('settings %j are refused', (wrong) => {
    expect(CkanSettings.safeParse(wrong).success).toBe(false);
  });
});
