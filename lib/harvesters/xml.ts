/**
 * The one way in which replies are read as XML: streaming, tolerant where nothing is lost by it, and honest about the rest.
 *
 * sax, not saxes. saxes is twice as fast and strict, but it loses its state at the first error, and real catalogues have errors: of 168
 * recorded answers it refuses 13 that people's servers do give, sax with its errors stepped over refuses none and reads the right titles.
 * What is lost by tolerance is won back here: an answer counts only if its root element is one of the expected names and is closed, faults
 * of structure stay few and make the reading `damaged`, and every size has a limit (`xml/limits.ts`). sax never reads a DTD and never
 * expands an entity but those of XML and HTML, so there are no bombs and no external entities; documents that declare some are refused.
 *
 * Memory stays flat: only what a visitor takes `whole` exists at a time, and neither decoding nor parsing ever holds the whole text.
 */
import { ReeveError } from '../session/errors.ts';
import type { RemoteReply } from './harvester.ts';
import { shownUrl } from './links.ts';
import { refuseBadStatus } from './reply.ts';
import { decodeSlices } from './text.ts';
import { ElementBuilder, type XmlElement, type XmlTag } from './xml/element.ts';
import { XML_LIMITS, type XmlLimits } from './xml/limits.ts';
import { Mender } from './xml/mend.ts';
import { describe, exceptionOf, isExceptionRoot } from './xml/refusal.ts';
import { XmlTokens } from './xml/tokens.ts';

export { at, childOf, childrenOf, textOf, walk, type XmlElement, type XmlTag } from './xml/element.ts';
export { XML_LIMITS, type XmlLimits } from './xml/limits.ts';

/** What to do with an element: look at its children, get it with all that is in it, or pass over both. */
export type XmlChoice = 'enter' | 'whole' | 'skip';

/** `path` holds the names of the elements that were entered, the root first; names come without prefixes. */
export interface XmlVisitor {
  /** Asked at the start tag of the root and of every child of an element that was entered. The text of entered elements is passed over. */
  open(tag: XmlTag, path: readonly string[]): XmlChoice;
  /** Gets what was chosen `whole`, one at a time; `cut` when it was longer than the limits allow and is not all there. */
  whole(element: XmlElement, path: readonly string[], cut: boolean): void;
  /** Told at the end tag of every element that was entered; `path` does not hold it any more. */
  close?(name: string, path: readonly string[]): void;
}

export interface XmlExpectation {
  /** What was asked for, for the sentence: `the capabilities`. */
  readonly asked: string;
  /** The names that the root element may have, without prefixes. */
  readonly roots: readonly string[];
  readonly limits?: Partial<XmlLimits>;
}

export interface XmlReading {
  readonly root: XmlTag;
  readonly warnings: readonly string[];
  /** True when the document is not well-formed in its structure: something may be missing or in the wrong place, so a listing is not complete. */
  readonly damaged: boolean;
}

/** Of these, a busy server is behind even when it words them as an exception. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 502, 503, 504]);
/** Enough to find the title of a page. */
const HEAD_CHARS = 20_000;

/**
 * Reads a reply as XML and shows it to a visitor, in the order of the document. What the visitor gathered counts only when this returns.
 * @throws RemoteException: an exception report, whatever the status. RemoteUnreadable: empty, an HTML page, not XML, another root,
 *   cut off, too broken, entities of its own, a limit. And as `refuseBadStatus`.
 */
export function readXml(reply: RemoteReply, expectation: XmlExpectation, visitor: XmlVisitor): XmlReading {
  const good = reply.status >= 200 && reply.status <= 299;
  if (good) return new Reading(reply, expectation, visitor).read();
  if (!BUSY.has(reply.status)) throwIfException(reply, expectation);
  refuseBadStatus(reply, expectation.asked);
  throw new ReeveError('InvariantBroken', `the status ${reply.status} is bad and was not refused`);
}

function throwIfException(reply: RemoteReply, expectation: XmlExpectation): void {
  try {
    new Reading(reply, { ...expectation, roots: [] }, { open: () => 'skip', whole: () => undefined }).read();
  } catch (error) {
    if (!(error instanceof ReeveError) || error.name === 'RemoteException') throw error;
  }
}

class Reading {
  readonly #reply: RemoteReply;
  readonly #expectation: XmlExpectation;
  readonly #visitor: XmlVisitor;
  readonly #limits: XmlLimits;
  readonly #path: string[] = [];
  #root: XmlTag | undefined;
  #head = '';
  #builder: ElementBuilder | undefined;
  /** Depth within what is skipped or built; 0 when neither. */
  #inside = 0;

  constructor(reply: RemoteReply, expectation: XmlExpectation, visitor: XmlVisitor) {
    this.#reply = reply;
    this.#expectation = expectation;
    this.#visitor = visitor;
    this.#limits = { ...XML_LIMITS, ...expectation.limits };
  }

  read(): XmlReading {
    const { slices, warnings } = decodeSlices(this.#reply.body, this.#reply.headers['content-type']);
    const handlers = {
      open: (name: string, attributes: XmlTag['attributes']) => this.#open({ name, attributes }),
      text: (text: string) => this.#builder?.text(text),
      close: (name: string) => this.#close(name),
    };
    const tokens = new XmlTokens(handlers, this.#limits, (because) => this.#refusal(because));
    const mender = new Mender();
    for (const slice of mender.mend(slices)) {
      if (this.#head.length < HEAD_CHARS) this.#head += slice.slice(0, HEAD_CHARS);
      if (mender.strays > this.#limits.ampersandsMax) {
        throw this.#refusal(`XML with more than ${this.#limits.ampersandsMax} stray &`);
      }
      if (!tokens.write(slice)) break;
    }
    if (this.#root === undefined) throw this.#refusal('');
    if (isExceptionRoot(this.#root.name)) throw this.#exception(this.#builder?.closeAll());
    if (!tokens.rootClosed) {
      throw this.#refusal(`XML that was cut off: <${this.#root.name}> is never closed`);
    }
    return {
      root: this.#root,
      warnings: [...faultsOf(tokens, mender.strays), ...warnings],
      damaged: tokens.faults > 0,
    };
  }

  #open(tag: XmlTag): void {
    if (this.#inside > 0) {
      this.#inside += 1;
      this.#builder?.open(tag);
      return;
    }
    const choice = this.#root === undefined ? this.#rootChoice(tag) : this.#visitor.open(tag, this.#path);
    if (choice === 'enter') {
      this.#path.push(tag.name);
      return;
    }
    this.#inside = 1;
    if (choice === 'whole') this.#builder = new ElementBuilder(this.#limits);
    this.#builder?.open(tag);
  }

  #rootChoice(tag: XmlTag): XmlChoice {
    this.#root = tag;
    if (isExceptionRoot(tag.name)) return 'whole';
    if (!this.#expectation.roots.includes(tag.name)) throw this.#refusal('');
    return this.#visitor.open(tag, this.#path);
  }

  #close(name: string): void {
    if (this.#inside === 0) {
      this.#path.pop();
      this.#visitor.close?.(name, this.#path);
      return;
    }
    this.#inside -= 1;
    const builder = this.#builder;
    const element = builder?.close();
    if (builder === undefined || element === undefined) return;
    this.#builder = undefined;
    if (this.#root !== undefined && isExceptionRoot(this.#root.name)) throw this.#exception(element);
    this.#visitor.whole(element, this.#path, builder.cut);
  }

  #exception(report: XmlElement | undefined): ReeveError {
    const said = report === undefined ? 'without a word' : exceptionOf(report);
    const { url, status } = this.#reply;
    const sentence = `${shownUrl(url)} answered ${this.#expectation.asked} with an exception: ${said}`;
    return new ReeveError('RemoteException', sentence, { status });
  }

  /** `because` is empty when the answer as a whole is the wrong thing. */
  #refusal(because: string): ReeveError {
    const { url, status, headers } = this.#reply;
    const rootName = this.#root?.name;
    if (rootName !== undefined && isExceptionRoot(rootName))
      return this.#exception(this.#builder?.closeAll());
    const what = because === '' ? describe(this.#head, headers['content-type'] ?? '', rootName) : because;
    const wanted = this.#expectation.roots.map((name) => `<${name}>`).join(' or ');
    const sentence = `${shownUrl(url)} answered ${this.#expectation.asked} with ${what}; ${wanted} was expected`;
    return new ReeveError('RemoteUnreadable', sentence, { status });
  }
}

function faultsOf(tokens: XmlTokens, mended: number): string[] {
  const warnings: string[] = [];
  if (tokens.faults > 0) {
    const count = tokens.faults === 1 ? 'a fault' : `${tokens.faults} faults`;
    warnings.push(`its XML has ${count}, so something may be missing; the first: ${tokens.firstFault}`);
  }
  const strays = tokens.strays + mended;
  if (strays > 0) warnings.push(`its XML has ${strays} stray & or <, which were kept as text`);
  const outside = tokens.charsBefore + tokens.charsBehind;
  if (outside > 0) warnings.push('it has text outside of its XML, which was passed over');
  return warnings;
}
