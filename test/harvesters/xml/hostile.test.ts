// Documents made to hurt: each ends in an error with a name, at a limit and not at the end of memory or time.
import { describe, expect, test } from 'vitest';
import { type RemoteReply } from '../../../lib/harvesters/harvester.ts';
import { readXml, XML_LIMITS, type XmlElement } from '../../../lib/harvesters/xml.ts';
import { ReeveError } from '../../../lib/session/errors.ts';

const EXPECTED = { asked: 'the listing', roots: ['root'] };

interface Outcome {
  readonly error: string;
  readonly because: string;
  /** How many start tags the visitor was shown: what was worked on before the reading ended. */
  readonly opened: number;
  readonly element: XmlElement | undefined;
  readonly cut: boolean;
}

function outcomeOf(body: string, choice: 'whole' | 'enter' = 'whole'): Outcome {
  const reply: RemoteReply = {
    url: 'https://example.org/xml',
    status: 200,
    headers: {},
    body: Buffer.from(body),
  };
  let [opened, element, cut]: [number, XmlElement | undefined, boolean] = [0, undefined, false];
  const visitor = {
    open: () => {
      opened += 1;
      return choice;
    },
    whole: (whole: XmlElement, _path: unknown, wasCut: boolean) => {
      [element, cut] = [whole, wasCut];
    },
  };
  try {
    readXml(reply, EXPECTED, visitor);
    return { error: '', because: '', opened, element, cut };
  } catch (error) {
    if (!(error instanceof ReeveError)) throw error;
    return { error: error.name, because: error.message, opened, element, cut };
  }
}

const LAUGHS = Array.from(
  { length: 9 },
  (_, level) => `<!ENTITY lol${level + 1} "${`&lol${level};`.repeat(10)}">`,
).join('');
const MANY = 100_000;
const LONG = 1_500_000;

test.each([
  [
    'billion laughs',
    `<!DOCTYPE root [<!ENTITY lol0 "lol">${LAUGHS}]><root>&lol9;</root>`,
    'declares entities of its own',
  ],
  [
    'quadratic blow-up in text and in an attribute',
    `<!DOCTYPE root [<!ENTITY a "${'a'.repeat(50_000)}">]><root a="${'&a;'.repeat(20_000)}">${'&a;'.repeat(20_000)}</root>`,
    'declares entities of its own',
  ],
  [
    'an internal subset without end',
    `<!DOCTYPE root [${'<!ENTITY a "b">'.repeat(MANY)}`,
    'more than 1000000 characters',
  ],
  ['deep nesting', '<root>' + '<a>'.repeat(MANY), 'nest deeper than 200'],
  [
    'deep nesting, each level with a prefix of its own',
    '<root>' + Array.from({ length: 5_000 }, (_, n) => `<n${n}:a xmlns:n${n}="n">`).join(''),
    'nest deeper than 200',
  ],
  [
    '300,000 attributes',
    `<root ${Array.from({ length: 300_000 }, (_, n) => `a${n}="1"`).join(' ')}/>`,
    'more than 256 attributes',
  ],
  [
    '50,000 namespaces',
    `<root ${Array.from({ length: 50_000 }, (_, n) => `xmlns:a${n}="1"`).join(' ')}/>`,
    'more than 256 attributes',
  ],
  ['the same attribute 100,000 times', `<root ${'a="1" '.repeat(MANY)}/>`, 'more than 50 faults'],
  [
    'attributes that are called as the parser calls',
    `<root ${'hasOwnProperty="1" __proto__="2" '.repeat(MANY)}/>`,
    'more than 50 faults',
  ],
  ['an element with a name without end', `<root><${'a'.repeat(LONG)}`, 'more than 1000000 characters'],
  ['an attribute without end', `<root a="${'a'.repeat(LONG)}`, 'more than 1000000 characters'],
  ['a comment without end', `<root><!-- ${'a'.repeat(LONG)}`, 'more than 1000000 characters'],
  ['an instruction without end', `<root><?a ${'a'.repeat(LONG)}`, 'more than 1000000 characters'],
  ['a DOCTYPE without end', `<!DOCTYPE root "${'a'.repeat(LONG)}`, 'more than 1000000 characters'],
  ['stray ampersands', `<root>${'&'.repeat(LONG)}</root>`, 'more than 200000 stray &'],
  ['entities nobody knows', `<root>${'&foo;'.repeat(MANY)}</root>`, 'more than 10000 stray <'],
  ['less-than signs', `<root>${'<1'.repeat(MANY)}</root>`, 'more than 10000 stray <'],
  ['start tags that are never closed', `<root>${'<a '.repeat(MANY)}`, 'more than 50 faults'],
  ['quotes that are never closed', `<root>${'<a b="'.repeat(MANY)}`, 'faults'],
  ['comments that are never closed', `<root>${'<!--'.repeat(MANY)}`, 'faults'],
  ['CDATA sections that are never closed', `<root>${'<![CDATA['.repeat(MANY)}`, 'more than 50 faults'],
  ['instructions that are never closed', `<root>${'<?a'.repeat(MANY)}`, 'cut off'],
  [
    'declarations that are never closed',
    `<root>${'<!a'.repeat(MANY)}`,
    'a declaration of more than 1000 characters',
  ],
  ['declarations', `<root>${'<!a>'.repeat(MANY)}</root>`, 'more than 50 faults'],
  [
    'declarations of elements within the root',
    `<root><!ELEMENT a ${'a'.repeat(LONG)}>`,
    'a declaration of more than 1000 characters',
  ],
  ['end tags of nothing', `<root>${'</a>'.repeat(MANY)}`, 'more than 50 faults'],
  ['empty end tags', `<root>${'</>'.repeat(MANY)}`, 'more than 50 faults'],
  ['text without any tag', 'a'.repeat(LONG), 'text that begins "aaa'],
  ['brackets', '['.repeat(LONG), 'with JSON'],
  ['zeros', '\0'.repeat(LONG), 'something that is no text'],
])('%s', (_name, body, limit) => {
  const { error, because } = outcomeOf(body);
  expect(error).toBe('RemoteUnreadable');
  expect(because).toContain(limit);
  expect(because.length).toBeLessThan(500);
});

describe('work ends where a limit is passed', () => {
  test('a document with too many elements is left at the limit', () => {
    const reply: RemoteReply = {
      url: 'https://example.org/',
      status: 200,
      headers: {},
      body: Buffer.from(`<root>${'<a/>'.repeat(MANY)}</root>`),
    };
    let opened = 0;
    const visitor = {
      open: () => ((opened += 1) === 1 ? ('enter' as const) : ('skip' as const)),
      whole: () => undefined,
    };
    expect(() => readXml(reply, { ...EXPECTED, limits: { elementsMax: 500 } }, visitor)).toThrow(
      'of more than 500 elements',
    );
    expect(opened).toBe(500);
  });

  test('nothing is shown beyond the depth limit', () => {
    expect(outcomeOf('<root>' + '<a>'.repeat(MANY), 'enter').opened).toBe(XML_LIMITS.depthMax);
  });

  test('a whole element of more elements than are allowed is cut, and said', () => {
    const wide = `<root>${'<a><b/></a>'.repeat(MANY)}</root>`;
    const { error, cut } = outcomeOf(wide);
    expect([error, cut]).toEqual(['', true]);
  });
});

describe('what is longer than the limits is cut, and said', () => {
  test('1,200,000 references in one element', () => {
    const { error, element, cut } = outcomeOf(`<root>${'&#65;'.repeat(1_200_000)}</root>`);
    expect([error, cut]).toEqual(['', true]);
    expect(element?.text).toBe('A'.repeat(XML_LIMITS.textCharsMax));
  });

  test('text without end, of a document that does end', () => {
    const { element, cut } = outcomeOf(
      `<!DOCTYPE root SYSTEM "a"><root><a>${'a'.repeat(LONG)}</a><b>b</b></root>`,
    );
    expect(cut).toBe(true);
    expect(element?.children.map(({ text }) => text.length)).toEqual([XML_LIMITS.textCharsMax, 1]);
  });

  test('many texts that are too long together', () => {
    const { element, cut } = outcomeOf(`<root>${`<a>${'a'.repeat(900_000)}</a>`.repeat(12)}</root>`);
    const chars = element?.children.reduce((sum, { text }) => sum + text.length, 0);
    expect([cut, chars]).toEqual([true, XML_LIMITS.wholeCharsMax]);
  });

  test('what is only passed over may be of any length', () => {
    expect(outcomeOf(`<root>${'a'.repeat(LONG)}</root>`, 'enter')).toMatchObject({ error: '', opened: 1 });
  });
});
