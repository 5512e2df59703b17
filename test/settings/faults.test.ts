import * as z from 'zod/mini';
import { describe, expect, test } from 'vitest';
import { closedObject, faultsOf } from '../../lib/settings/faults.ts';

const Schema = closedObject({
  size: z._default(z.int().check(z.minimum(1), z.maximum(9)), 1),
  kind: z.optional(z.enum(['once', 'both'])),
  word: z.optional(z.string().check(z.minLength(1), z.maxLength(3), z.regex(/^\w*$/))),
  words: z.optional(z.array(z.string()).check(z.minLength(1))),
  url: z.optional(z.url()),
  since: z.optional(z.iso.date()),
  either: z.optional(z.union([z.literal('auto'), z.int()])),
  more: z.optional(closedObject({ needed: z.boolean() })),
});

function faults(input: unknown): string[] {
  const { error } = Schema.safeParse(input);
  return error === undefined ? [] : faultsOf(error, input);
}

describe('the faults that a schema found', () => {
  test.each<[unknown, string]>([
    [{ size: 0 }, 'size is 0; Too small: expected number to be >=1'],
    [{ size: 10 }, 'size is 10; Too big: expected number to be <=9'],
    [{ size: 1.5 }, 'size is 1.5; allowed is an int'],
    [{ size: '1' }, 'size is "1"; allowed is a number'],
    [{ kind: 'twice' }, 'kind is "twice"; Invalid option: expected one of "once"|"both"'],
    [{ word: '' }, 'word is ""; Too small: expected string to have >=1 characters'],
    [{ word: 'long' }, 'word is "long"; Too big: expected string to have <=3 characters'],
    [{ word: 'a b' }, 'word is "a b"; Invalid string: must match pattern /^\\w*$/'],
    [{ words: [] }, 'words is []; Too small: expected array to have >=1 items'],
    [{ words: ['a', 2] }, 'words[1] is 2; allowed is a string'],
    [{ words: 'a' }, 'words is "a"; allowed is an array'],
    [{ url: 'nowhere' }, 'url is "nowhere"; Invalid URL'],
    [{ since: 'once' }, 'since is "once"; Invalid ISO date'],
    [{ either: 'x' }, 'either is "x"; Invalid input'],
    [{ more: {} }, 'more.needed is missing; allowed is a boolean'],
    [
      { sise: 1 },
      'it has "sise"; allowed are size, kind, word, words, url, since, either, more; did you mean size or since?',
    ],
    [7, 'it is 7; allowed is an object'],
  ])('of %j are told with the place, the value and what is allowed', (input, sentence) => {
    expect(faults(input)).toEqual([sentence]);
  });
});
