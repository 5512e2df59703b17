// Text from strangers: what is taken out, what stays, and that none of it takes long.
import { describe, expect, test } from 'vitest';
import { htmlAsLines, manyLines, oneLine } from '../../lib/harvesters/plain-text.ts';

function html(text: string): string {
  return htmlAsLines(text, 100_000).text;
}

describe('oneLine', () => {
  test('control characters, ANSI escapes and line feeds leave one line of text', () => {
    expect(oneLine(' a\r\n\tb\u001b[31m red\u0000\u0085\ufeff ', 100).text).toBe('a b[31m red');
  });

  test('broken surrogates are replaced, and cutting makes none', () => {
    expect(oneLine('a\ud800b', 10).text).toBe('a\ufffdb');
    expect(oneLine('abc😀', 4)).toEqual({ text: 'abc', cut: true });
    expect(oneLine('abc😀', 5)).toEqual({ text: 'abc😀', cut: false });
  });

  test('two spellings of one letter become one', () => {
    expect(oneLine('Zu\u0308rich', 100).text).toBe('Zürich');
  });

  test('right-to-left text and emoji stay', () => {
    expect(oneLine('\u200fخريطة 🗺️', 100).text).toBe('\u200fخريطة 🗺️');
  });
});

test('of many empty lines one is kept', () => {
  expect(manyLines('a  \r\n\r\n\r\n\n b\rc\n\n', 100).text).toBe('a\n\n b\nc');
});

describe('htmlAsLines', () => {
  test.each([
    ['paragraphs become lines', '<p>One</p><p>two</p>', 'One\n\ntwo'],
    ['line feeds inside of paragraphs are none', "<p style='a:b\nc'>One\nline</p>", 'One line'],
    ['line feeds of text with inline tags stay', 'A <b>bold</b> word\nand a line', 'A bold word\nand a line'],
    ['list items stand on their own lines', '<ul><li>a</li><li>b</li></ul>', 'a\n\nb'],
    ['cells are kept apart', '<table><tr><td>a</td><td>b</td></tr></table>', 'a b'],
    [
      'entities are decoded once',
      'informaci&oacute;n &amp;lt; &#233;&#xE9; &quot;x&quot;',
      'información &lt; éé "x"',
    ],
    [
      'what only looks like an entity stays',
      'AT&T &nosuch; &constructor; &#0; &#x110000;',
      'AT&T &nosuch; &constructor; &#0; &#x110000;',
    ],
    [
      'signs of comparison stay',
      'depth <a and >b, 1 < 2 > 0, <5 m, List<Layer>',
      'depth <a and >b, 1 < 2 > 0, <5 m, List<Layer>',
    ],
    ['scripts and styles are not text', 'a<script>alert("<b>")</script>b<STYLE>p{}</Style>c', 'abc'],
    ['comments are not text', '<!-- Warning: unable to set <p> the description. -->', ''],
    ['what never ends is text', 'a <script>b<!-- c', 'a b c'],
    ['escaped tags become text, not tags', '&lt;p&gt;x&lt;/p&gt;', '<p>x</p>'],
    ['a document type is none', '<!DOCTYPE html><html><body>x</body></html>', 'x'],
    ['self-closing and upper case tags are tags', 'a<BR/>b<br >c', 'a\nb\nc'],
  ])('%s', (_, text, expected) => {
    expect(html(text)).toBe(expected);
  });

  test.each([
    ['opened scripts', '<script>'.repeat(200_000)],
    ['opened comments', '<!--'.repeat(400_000)],
    ['half tags', '<p '.repeat(500_000)],
    ['attributes', `<p ${'a='.repeat(500_000)}`],
    ['spaces in a tag', `<p${' '.repeat(500_000)}`],
    ['ampersands', '&a'.repeat(700_000)],
    ['combining marks', `a${'\u0301\u0327'.repeat(500_000)}`],
    ['white space', ' \n'.repeat(500_000)],
  ])('a megabyte of %s is read in its stride', (_, text) => {
    expect(htmlAsLines(text, 100).text.length).toBeLessThanOrEqual(100);
  });
});
