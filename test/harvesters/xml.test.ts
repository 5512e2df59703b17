// XML is read tolerantly where nothing is lost by it, and a visitor gets what it chose.
import { describe, expect, test } from 'vitest';
import { at, childrenOf, readXml, textOf, walk, type XmlChoice } from '../../lib/harvesters/xml.ts';
import { because, EXPECTED, readWhole, replyOf } from './xml/reading.ts';

describe('what real servers get wrong is read all the same', () => {
  test.each([
    ['a raw ampersand', '<root>Roads & Rail</root>', 'Roads & Rail'],
    ['a raw ampersand before a tag', '<root>Roads &</root>', 'Roads &'],
    ['entities of HTML', '<root>caf&eacute; &nbsp;&euro;</root>', 'café \u00a0€'],
    ['an entity nobody knows', '<root>a &foo; b</root>', 'a &foo; b'],
    ['a reference to no character', '<root>a&#0;b&#xFFFF;c&#x110000;d</root>', 'a&#0;b&#xFFFF;c&#x110000;d'],
    ['a raw less-than sign', '<root>depth <5 m</root>', 'depth <5 m'],
    [
      'an entity named as an inherited property',
      '<root>&constructor; &__proto__;</root>',
      '&constructor; &__proto__;',
    ],
    ['blank lines before the declaration', '\n\r\n<?xml version="1.0"?><root>a</root>', 'a'],
    ['a second byte order mark', '\ufeff\ufeff<root>a</root>', 'a'],
    ['unbound prefixes', '<x:root>a</x:root>', 'a'],
    [
      'CDATA in the middle of text',
      '<root>x &amp; <![CDATA[<b>bold</b> & so]]> y</root>',
      'x & <b>bold</b> & so y',
    ],
    ['a comment with two dashes in it', '<root><!-- a -- b -->a</root>', 'a'],
    ['words of a script before the document', 'Notice: undefined index\n<root>a</root>', 'a'],
    ['words of a script behind the document', '<root>a</root>\nrendered in 3 ms', 'a'],
  ])('%s', (_name, body, text) => {
    const { element, damaged } = readWhole(body);
    expect(textOf(element)).toBe(text);
    expect(damaged).toBe(false);
  });

  test('what was stepped over is said', () => {
    expect(readWhole('junk<root>a & b &foo; <5</root>').warnings).toEqual([
      'its XML has 3 stray & or <, which were kept as text',
      'it has text outside of its XML, which was passed over',
    ]);
  });

  test('an ampersand at the end of an attribute does not swallow its quote', () => {
    const { element } = readWhole('<root><a href="?x=1&"/><b href="?y=2"/></root>');
    expect(element.children.map(({ name, attributes }) => [name, attributes['href']])).toEqual([
      ['a', '?x=1&'],
      ['b', '?y=2'],
    ]);
  });

  test('an element without attributes does not get those of the one behind it', () => {
    const { element } = readWhole('<root><a/><b code="1" x:kind="2"/><c/></root>');
    expect(element.children.map(({ name, attributes }) => [name, { ...attributes }])).toEqual([
      ['a', {}],
      ['b', { code: '1', kind: '2' }],
      ['c', {}],
    ]);
  });

  test.each([
    ['an end tag is missing', '<root><p>a<br>b</p></root>', 'Unexpected close tag'],
    ['an end tag is too many', '<root>a</b></root>', 'Unexpected close tag'],
    ['an attribute has no quotes', '<root a=b>a</root>', 'Unquoted attribute value'],
    ['an attribute has no value', '<root a>a</root>', 'Attribute without value'],
    ['an attribute stands twice', '<root a="1" a="2">a</root>', 'the attribute a stands twice'],
    ['a comment is never closed', '<root><!-- a --x <b/> <!-- b --></root>', 'a comment is never closed'],
    [
      'a CDATA section is never closed',
      '<root><![CDATA[ a ]x <b/> <![CDATA[ b ]]></root>',
      'a CDATA section is never closed',
    ],
  ])('when %s the reading is damaged: something may be missing', (_name, body, fault) => {
    const { damaged, warnings } = readWhole(body);
    expect(damaged).toBe(true);
    expect(warnings[0]).toContain(fault);
    expect(warnings[0]).toContain('in line 1');
  });

  test('of an attribute that stands twice the first counts', () => {
    expect(readWhole('<root a="1" a="2"/>').element.attributes['a']).toBe('1');
  });

  test('attributes may be called as anything that objects have', () => {
    const { element } = readWhole('<root hasOwnProperty="1" __proto__="2" constructor="3" toString="4"/>');
    expect({ ...element.attributes }).toMatchObject({ hasOwnProperty: '1', constructor: '3', toString: '4' });
    expect(Object.keys(element.attributes)).toContain('__proto__');
  });
});

describe('document types', () => {
  test('one with a system id and with declarations of elements does nothing', () => {
    const subset = '<!ELEMENT root ANY><!-- "a" --><!ATTLIST root a CDATA "100%">';
    const { element, warnings } = readWhole(
      `<!DOCTYPE root SYSTEM "http://example.org/a.dtd" [${subset}]><root>a</root>`,
    );
    expect([textOf(element), warnings]).toEqual(['a', []]);
  });

  test.each([
    ['an entity', '<!ENTITY a "b">'],
    ['an entity from a file', '<!ENTITY xxe SYSTEM "file:///etc/passwd">'],
    ['a parameter entity', '%remote;'],
    ['an entity behind an instruction', '<?a b?><!ENTITY a "b">'],
  ])('one that declares %s is refused', (_name, subset) => {
    expect(because(`<!DOCTYPE root [${subset}]><root>&a;</root>`)).toContain('declares entities of its own');
  });
});

describe('a visitor', () => {
  const PAGE =
    '<p:root n="2"><skipped><record>no</record></skipped><list><record id="1"><t>a</t></record><record id="2"><t>b</t></record></list><end>x</end></p:root>';

  test('gets what it chose, by local names and paths, in order', () => {
    const seen: string[] = [];
    const choices: Readonly<Record<string, XmlChoice>> = {
      root: 'enter',
      list: 'enter',
      record: 'whole',
      end: 'whole',
    };
    const reading = readXml(replyOf(PAGE), EXPECTED, {
      open: ({ name }, path) => {
        seen.push(`open ${[...path, name].join('/')}`);
        return choices[name] ?? 'skip';
      },
      whole: (element, path) => void seen.push(`whole ${path.join('/')}: ${textOf(element) ?? ''}`),
      close: (name, path) => void seen.push(`close ${[...path, name].join('/')}`),
    });
    expect(seen).toEqual([
      'open root',
      'open root/skipped',
      'open root/list',
      'open root/list/record',
      'whole root/list: a',
      'open root/list/record',
      'whole root/list: b',
      'close root/list',
      'open root/end',
      'whole root: x',
      'close root',
    ]);
    expect(reading).toMatchObject({
      root: { name: 'root', attributes: { n: '2' } },
      damaged: false,
      warnings: [],
    });
  });

  test('an element is asked for its parts by name', () => {
    const { element } = readWhole(
      '<root><a xlink:href="x" href="y" xmlns:q="z" q:u="v"><b>1</b><b>2</b></a><c>d<i>e</i>f</c></root>',
    );
    expect(textOf(at(element, 'a', 'b'))).toBe('1');
    expect(childrenOf(at(element, 'a'), 'b').map(textOf)).toEqual(['1', '2']);
    expect({ ...at(element, 'a')?.attributes }).toEqual({ href: 'y', u: 'v' });
    expect(textOf(at(element, 'a'))).toBe('1 2');
    expect(at(element, 'c')?.text).toBe('d f');
    expect([at(element, 'x', 'y'), textOf(undefined), textOf(at(element, 'x'))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([...walk(element)].map(({ name }) => name)).toEqual(['root', 'a', 'b', 'b', 'c', 'i']);
  });

  test('text that goes on over many slices is one text', () => {
    const long = 'é&amp;'.repeat(40_000);
    expect(readWhole(`<!DOCTYPE root SYSTEM "a"><root>${long}<![CDATA[${long}]]></root>`).element.text).toBe(
      'é&'.repeat(40_000) + long,
    );
  });
});
