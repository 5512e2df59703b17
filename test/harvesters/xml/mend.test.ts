// Stray ampersands are mended and plain references read wherever slices meet, and nothing else is touched.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mender } from '../../../lib/harvesters/xml/mend.ts';

function mended(text: string, sliceChars = text.length || 1): { text: string; strays: number } {
  const slices = Array.from({ length: Math.ceil(text.length / sliceChars) }, (_, index) =>
    text.slice(index * sliceChars, (index + 1) * sliceChars),
  );
  const mender = new Mender();
  return { text: [...mender.mend(slices)].join(''), strays: mender.strays };
}

const CASES = [
  ['an ampersand before a space', '<a>Roads & Rail</a>', '<a>Roads &amp; Rail</a>', 1],
  ['one at the end of an attribute', '<a href="?a=1&"/>', '<a href="?a=1&amp;"/>', 1],
  ['one before an end tag', '<a>Roads &</a>', '<a>Roads &amp;</a>', 1],
  ['parameters of a URL', '?a=1&b=2&c=3', '?a=1&amp;b=2&amp;c=3', 2],
  ['several in a row', '&&&', '&amp;&amp;&amp;', 3],
  ['references by name', '&amp;&eacute;&lt;', '&amp;&eacute;&lt;', 0],
  ['references to letters, which are read', '&#233;&#xE9;&#XE9;&#65;&#x4e2d;', 'éééA中', 0],
  [
    'references to what a parser must judge',
    '&#60;&#38;&#34;&#0;&#xFFFF;&#xD800;&#91;',
    '&#60;&#38;&#34;&#0;&#xFFFF;&#xD800;&#91;',
    0,
  ],
  ['an escaped reference', '&amp;#65; &#38;#65;', '&amp;#65; &#38;#65;', 0],
  [
    'references in CDATA and comments',
    '&#65;<![CDATA[&#65;]]>&#65;<!--&#65;-->&#65;',
    'A<![CDATA[&#65;]]>A<!--&#65;-->A',
    0,
  ],
  ['a reference that is not one', '&#;&#x;&1;', '&amp;#;&amp;#x;&amp;1;', 3],
  ['CDATA', '<![CDATA[a & b]]>&', '<![CDATA[a & b]]>&amp;', 1],
  ['a comment', '<!-- a & b --> &', '<!-- a & b --> &amp;', 1],
  ['CDATA that is never closed', '<![CDATA[a & b', '<![CDATA[a & b', 0],
] as const;

describe.each(CASES)('%s', (_name, text, expected, strays) => {
  test('is mended as it should be', () => {
    expect(mended(text)).toEqual({ text: expected, strays });
  });

  test('is mended alike in slices of any size', () => {
    for (let sliceChars = 1; sliceChars <= text.length; sliceChars += 1)
      expect(mended(text, sliceChars)).toEqual({ text: expected, strays });
  });
});

test('slices never change what comes out', () => {
  const piece = fc.constantFrom(
    '&',
    '&amp;',
    '&#65;',
    '<',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    ']',
    '-',
    'a',
    ';',
    ' ',
    '"',
    '!',
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 20 }), (whole, sliceChars) => {
      expect(mended(whole, sliceChars)).toEqual(mended(whole));
    }),
    { numRuns: 500 },
  );
});

test('what is not a stray ampersand comes out as it went in', () => {
  const piece = fc.constantFrom('&amp;', '<', '<!--', '-->', '<![CDATA[', ']]>', 'a', ';', '\n');
  fc.assert(
    fc.property(fc.array(piece), fc.integer({ min: 1, max: 9 }), (pieces, sliceChars) => {
      expect(mended(pieces.join(''), sliceChars)).toEqual({ text: pieces.join(''), strays: 0 });
    }),
  );
});
