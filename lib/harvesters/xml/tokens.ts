// The one place that knows sax: pours slices of text in, hands start tags, text and end tags out, counts faults and keeps the limits.
import sax from 'sax';
import type { XmlLimits } from './limits.ts';

export interface TokenHandlers {
  /** `name` and the names of attributes without their prefixes; declarations of namespaces are left out. */
  open(name: string, attributes: Readonly<Record<string, string>>): void;
  text(text: string): void;
  close(name: string): void;
}

/** What ends the reading: for people, to stand behind "answered ... with". */
export type Refusal = (because: string) => Error;

/**
 * What sax says of things that lose nothing: it keeps them in the text as they are. All its other complaints are about structure, and
 * after those nobody knows what an element belongs to.
 */
const HARMLESS = /^(Invalid character entity|Invalid character in entity name|Unencoded <|Malformed comment)/;
const OUTSIDE = /^(Text data outside of root node|Non-whitespace before first tag)/;
/** sax checks its buffers only sometimes; `tokenCharsMax` does it always. */
const BUFFER = /^Max buffer length exceeded/;
/** Entities and references to them. Declarations of elements and attributes are in many WMS 1.1 documents, and do nothing. */
const ENTITIES = /<!ENTITY|%[A-Za-z_:][\w:.-]*;/i;

/**
 * sax costs the square of the length of a `<!something` that is no comment, CDATA or DOCTYPE: 300,000 characters took it minutes. None is
 * allowed in a document, so it is fed little at a time and asked in between.
 */
const WRITE_CHARS = 4_096;
const DECLARATION_CHARS_MAX = 1_000;
type Parser = sax.SAXParser & { readonly sgmlDecl: string };

/** The entities of XML and HTML, without a prototype: `&constructor;` is not one. */
const KNOWN_ENTITIES: Record<string, string> = Object.create(null) as Record<string, string>;
const inherited = sax.parser(true).ENTITIES;
for (const name in inherited) KNOWN_ENTITIES[name] = inherited[name] ?? '';

export class XmlTokens {
  /** Faults of structure, and the first of them in words. */
  faults = 0;
  firstFault = '';
  /** Stray `<`, unknown entities and the like, which were kept as they are. */
  strays = 0;
  elements = 0;
  depth = 0;
  rootName: string | undefined;
  /** Characters before the root element and behind it, white space apart. */
  charsBefore = 0;
  charsBehind = 0;
  readonly #parser: Parser;
  readonly #handlers: TokenHandlers;
  readonly #limits: XmlLimits;
  readonly #refuse: Refusal;
  #attributes: Record<string, string> = emptyRecord();
  #attributesCount = 0;
  /** Where the token that is being read may have begun. */
  #tokenAt = 0;

  constructor(handlers: TokenHandlers, limits: XmlLimits, refuse: Refusal) {
    this.#handlers = handlers;
    this.#limits = limits;
    this.#refuse = refuse;
    // Not `xmlns: true`: prefixes are ignored, unbound ones are common, and resolving them costs the square of the depth.
    this.#parser = sax.parser(true, { position: true }) as Parser;
    this.#parser.ENTITIES = KNOWN_ENTITIES;
    this.#listen(this.#parser);
  }

  get rootClosed(): boolean {
    return this.rootName !== undefined && this.depth === 0;
  }

  /** False when what is still to come need not be read. */
  write(slice: string): boolean {
    for (let from = 0; from < slice.length; from += WRITE_CHARS)
      this.#write(slice.slice(from, from + WRITE_CHARS));
    return !(this.rootClosed && this.charsBehind > this.#limits.charsOutsideMax);
  }

  #write(piece: string): void {
    this.#parser.write(piece);
    // Hands out text and CDATA that are still open, which sax would gather to the end of the body.
    this.#parser.flush();
    const { tokenCharsMax } = this.#limits;
    if (this.#parser.position - this.#tokenAt > tokenCharsMax) {
      throw this.#refuse(`XML with a tag, value or comment of more than ${tokenCharsMax} characters`);
    }
    if (this.#parser.sgmlDecl.length > DECLARATION_CHARS_MAX) {
      throw this.#refuse(`XML with a declaration of more than ${DECLARATION_CHARS_MAX} characters`);
    }
  }

  #listen(parser: sax.SAXParser): void {
    parser.onerror = (error) => this.#complaint(error.message);
    parser.onopentagstart = () => this.#moved();
    parser.onattribute = ({ name, value }) => this.#attribute(name, value);
    parser.onopentag = ({ name }) => this.#open(name);
    parser.onclosetag = (name) => {
      this.#moved();
      this.depth -= 1;
      this.#handlers.close(localName(name));
    };
    parser.ontext = (text) => this.#text(text);
    parser.oncdata = (text) => {
      if (text.includes('<![CDATA[')) this.#fault('a CDATA section is never closed');
      this.#text(text);
    };
    parser.oncomment = (text) => {
      this.#moved();
      // sax hands out what stands before the `--` of the second one.
      if (text.endsWith('<!')) this.#fault('a comment is never closed');
    };
    parser.onprocessinginstruction = parser.onopencdata = () => this.#moved();
    parser.onsgmldeclaration = () => this.#fault('a declaration where none is allowed');
    parser.ondoctype = (text) => this.#doctype(text);
  }

  #text(text: string): void {
    this.#moved();
    if (this.depth > 0) this.#handlers.text(text);
  }

  #moved(): void {
    this.#tokenAt = this.#parser.position;
  }

  #open(rawName: string): void {
    const name = localName(rawName);
    if (this.rootClosed) throw this.#refuse(`XML with a second root element, <${name.slice(0, 60)}>`);
    this.rootName ??= name;
    this.depth += 1;
    this.elements += 1;
    const { depthMax, elementsMax } = this.#limits;
    if (this.depth > depthMax) throw this.#refuse(`XML whose elements nest deeper than ${depthMax}`);
    if (this.elements > elementsMax) throw this.#refuse(`XML of more than ${elementsMax} elements`);
    const attributes = this.#attributesCount === 0 ? NO_ATTRIBUTES : withoutPrefixes(this.#attributes);
    if (this.#attributesCount > 0) this.#attributes = emptyRecord();
    this.#attributesCount = 0;
    this.#moved();
    this.#handlers.open(name, attributes);
  }

  #attribute(name: string, value: string): void {
    this.#moved();
    // sax asks this very object whether it `hasOwnProperty`, which an attribute of that name would break.
    this.#parser.tag.attributes = {};
    this.#attributesCount += 1;
    if (this.#attributesCount > this.#limits.attributesMax) {
      throw this.#refuse(`XML with more than ${this.#limits.attributesMax} attributes on one element`);
    }
    if (name in this.#attributes) this.#fault(`the attribute ${name.slice(0, 60)} stands twice`);
    else this.#attributes[name] = value;
  }

  #doctype(text: string): void {
    this.#moved();
    if (/^\s*html\b/i.test(text)) throw this.#refuse('');
    if (ENTITIES.test(text))
      throw this.#refuse('XML that declares entities of its own, which are never expanded');
  }

  #complaint(message: string): void {
    this.#parser.resume();
    if (BUFFER.test(message)) return;
    if (OUTSIDE.test(message)) this.#outside();
    else if (HARMLESS.test(message)) this.#stray();
    else this.#fault(message.split('\n', 1)[0] ?? '');
  }

  /** Once for every character: what a script prints before and behind its XML. */
  #outside(): void {
    if (this.rootName === undefined) this.charsBefore += 1;
    else this.charsBehind += 1;
    if (this.charsBefore > this.#limits.charsOutsideMax) throw this.#refuse('');
  }

  #stray(): void {
    this.strays += 1;
    const { straysMax } = this.#limits;
    if (this.strays > straysMax)
      throw this.#refuse(`XML with more than ${straysMax} stray < and unknown entities`);
  }

  #fault(what: string): void {
    this.faults += 1;
    if (this.firstFault === '') this.firstFault = `${what}, in line ${this.#parser.line + 1}`;
    const { faultsMax } = this.#limits;
    if (this.faults > faultsMax) {
      throw this.#refuse(`broken XML: more than ${faultsMax} faults, the first: ${this.firstFault}`);
    }
  }
}

/** Shared by all elements without attributes: it must not be the one that the next element's are gathered in. */
const NO_ATTRIBUTES = Object.freeze(emptyRecord());

function emptyRecord(): Record<string, string> {
  return Object.create(null) as Record<string, string>;
}

/** `gmd:title` is `title`. */
function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

/** `xlink:href` is `href`, unless there is a `href` as well. */
function withoutPrefixes(attributes: Readonly<Record<string, string>>): Record<string, string> {
  const local = emptyRecord();
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'xmlns' || name.startsWith('xmlns:')) continue;
    const short = localName(name);
    if (short === name || !(short in local)) local[short] = value;
  }
  return local;
}
