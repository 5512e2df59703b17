// One XML element with all that is in it, as plain data: how it is built, and how it is asked.
import type { XmlLimits } from './limits.ts';

export interface XmlTag {
  /** Without its prefix. */
  readonly name: string;
  /** By their names without prefixes; no declarations of namespaces. */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface XmlElement extends XmlTag {
  readonly children: readonly XmlElement[];
  /** Its own text, CDATA joined, with a space where a child stood in it; empty when there is nothing but white space. */
  readonly text: string;
}

interface Growing {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

/** Builds one element out of tokens: with a stack of its own, so that depth costs no calls. */
export class ElementBuilder {
  /** True when something was left out because a limit was reached. */
  cut = false;
  readonly #open: Growing[] = [];
  readonly #limits: XmlLimits;
  #elements = 0;
  #chars = 0;

  constructor(limits: XmlLimits) {
    this.#limits = limits;
  }

  open({ name, attributes }: XmlTag): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined && parent.text !== '' && !parent.text.endsWith(' ')) parent.text += ' ';
    this.#elements += 1;
    for (const value of Object.values(attributes)) this.#chars += value.length;
    this.#open.push({ name, attributes, children: [], text: '' });
  }

  text(text: string): void {
    const current = this.#open.at(-1);
    if (current === undefined) return;
    const room = Math.min(
      this.#limits.textCharsMax - current.text.length,
      this.#limits.wholeCharsMax - this.#chars,
    );
    if (text.length > room) this.cut = true;
    const kept = text.length > room ? text.slice(0, Math.max(room, 0)) : text;
    this.#chars += kept.length;
    current.text += kept;
  }

  /** The whole element when this closes it. */
  close(): XmlElement | undefined {
    const closed = this.#open.pop();
    if (closed === undefined) return undefined;
    const element = { ...closed, text: closed.text.trim() === '' ? '' : closed.text };
    const parent = this.#open.at(-1);
    if (parent === undefined) return element;
    const room = this.#elements <= this.#limits.wholeElementsMax && this.#chars <= this.#limits.wholeCharsMax;
    if (room) parent.children.push(element);
    else this.cut = true;
    return undefined;
  }

  /** What there is so far, of a document that broke off. */
  closeAll(): XmlElement | undefined {
    let whole: XmlElement | undefined;
    while (this.#open.length > 0) whole = this.close();
    return whole;
  }
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** The first element at the end of a path of names: `at(service, 'ContactInformation', 'ContactPosition')`. */
export function at(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(childOf, element);
}

/**
 * Its text, trimmed; of an element that has only children, all their texts in order (servers that forget to escape the HTML of an
 * abstract). `undefined` when there is none.
 */
export function textOf(element: XmlElement | undefined): string | undefined {
  if (element === undefined) return undefined;
  const own = element.text.trim();
  if (own !== '' || element.children.length === 0) return own === '' ? undefined : own;
  const texts = [...walk(element)].map((inner) => inner.text.trim()).filter((text) => text !== '');
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** The element and all that is in it, in the order of the document. */
export function* walk(element: XmlElement): Generator<XmlElement> {
  const ahead = [element];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    yield next;
    for (let index = next.children.length - 1; index >= 0; index -= 1) {
      const child = next.children[index];
      if (child !== undefined) ahead.push(child);
    }
  }
}
