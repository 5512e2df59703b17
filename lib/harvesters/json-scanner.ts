/**
 * Takes a JSON document apart while it is read, for documents too large to be held as objects: the reader walks through the objects and lists that it knows,
 * and gets every other value as a text, to be parsed by itself.
 *
 * Ready-made streaming parsers were measured and not taken: they make their own numbers and keys of everything, so that long ids lose digits and
 * `__proto__` is a key like another, and they cost half as much again to four times as much (ARCHITECTURE.md, "One large JSON document").
 */

/** Why a document cannot be read any further: `something else at character 17`. */
export class NotJson extends Error {}

const CODE = {
  tab: 9,
  lineFeed: 10,
  carriageReturn: 13,
  space: 32,
  quote: 34,
  comma: 44,
  backslash: 92,
} as const;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;
/** A key longer than this is none that anybody reads. */
const KEY_CHARS_MAX = 1_000_000;

export class JsonScanner {
  readonly #slices: Iterator<string>;
  #slice = '';
  #at = 0;
  /** Characters in the slices before this one. */
  #before = 0;

  /** @param slices of the document, in order: as `decodeSlices` cuts them */
  constructor(slices: Iterable<string>) {
    this.#slices = slices[Symbol.iterator]();
  }

  /** The next character that is not white space, which stays where it is; empty at the end of the document. */
  peek(): string {
    for (;;) {
      while (this.#at < this.#slice.length) {
        if (!isSpace(this.#slice.charCodeAt(this.#at))) return this.#slice.charAt(this.#at);
        this.#at += 1;
      }
      if (!this.#nextSlice()) return '';
    }
  }

  /** The keys of the object that comes next. At each the caller must take its value, by `value`, `keys` or `items`, before it goes on. */
  *keys(): Generator<string> {
    this.#take('{');
    if (this.peek() === '}') {
      this.#take('}');
      return;
    }
    for (;;) {
      if (this.peek() !== '"') throw this.#fault();
      const key = keyIn(this.value(KEY_CHARS_MAX));
      if (key === undefined) throw this.#fault();
      this.#take(':');
      yield key;
      if (this.peek() !== ',') break;
      this.#take(',');
    }
    this.#take('}');
  }

  /** The list that comes next, as the positions of its values, from 0. At each the caller must take the value. */
  *items(): Generator<number> {
    this.#take('[');
    if (this.peek() === ']') {
      this.#take(']');
      return;
    }
    for (let position = 0; ; position += 1) {
      yield position;
      if (this.peek() !== ',') break;
      this.#take(',');
    }
    this.#take(']');
  }

  /**
   * The text of the value that comes next: balanced, and not checked any further. `undefined` when it is longer than `charsMax`, which is then behind us.
   * @throws NotJson when there is none, or when it does not end
   */
  value(charsMax: number): string | undefined {
    const first = this.peek();
    if (first === '' || '}],:'.includes(first)) throw this.#fault();
    const parts: string[] = [];
    let chars = 0;
    for (const part of this.#partsOf(first)) {
      chars += part.length;
      if (chars <= charsMax) parts.push(part);
      else parts.length = 0;
    }
    return chars <= charsMax ? parts.join('') : undefined;
  }

  /** @throws NotJson when anything but white space is left */
  end(): void {
    if (this.peek() !== '') throw this.#fault();
  }

  *#partsOf(first: string): Generator<string> {
    const isContainer = first === '{' || first === '[';
    if (!isContainer && first !== '"') {
      yield* this.#plainParts();
      return;
    }
    let [depth, inText, escaped] = [0, false, false];
    for (;;) {
      const begin = this.#at;
      const slice = this.#slice;
      let at = begin;
      let ended = false;
      while (at < slice.length && !ended) {
        const code = slice.charCodeAt(at);
        at += 1;
        if (inText) {
          if (escaped) escaped = false;
          else if (code === CODE.backslash) escaped = true;
          else if (code === CODE.quote) {
            inText = false;
            ended = depth === 0;
          }
        } else if (code === CODE.quote) inText = true;
        else if (code === OPEN || code === OPEN_LIST) depth += 1;
        else if (code === CLOSE || code === CLOSE_LIST) {
          depth -= 1;
          ended = depth === 0;
        }
      }
      this.#at = at;
      yield slice.slice(begin, at);
      if (ended) return;
      if (!this.#nextSlice()) throw this.#fault();
    }
  }

  /** A number, `true`, `false`, `null`, or whatever stands in their place. */
  *#plainParts(): Generator<string> {
    for (;;) {
      const begin = this.#at;
      while (this.#at < this.#slice.length && !endsPlain(this.#slice.charCodeAt(this.#at))) this.#at += 1;
      yield this.#slice.slice(begin, this.#at);
      if (this.#at < this.#slice.length || !this.#nextSlice()) return;
    }
  }

  #take(character: string): void {
    if (this.peek() !== character) throw this.#fault();
    this.#at += 1;
  }

  #nextSlice(): boolean {
    const next = this.#slices.next();
    if (next.done === true) return false;
    this.#before += this.#slice.length;
    this.#slice = next.value;
    this.#at = 0;
    return true;
  }

  #fault(): NotJson {
    return this.peek() === ''
      ? new NotJson('JSON that was cut off')
      : new NotJson(`something that is no JSON at character ${this.#before + this.#at + 1}`);
  }
}

function isSpace(code: number): boolean {
  return (
    code === CODE.space ||
    code === CODE.lineFeed ||
    code === CODE.carriageReturn ||
    code === CODE.tab ||
    code === 0xfeff
  );
}

function endsPlain(code: number): boolean {
  return isSpace(code) || code === CODE.comma || code === CLOSE || code === CLOSE_LIST;
}

function keyIn(text: string | undefined): string | undefined {
  try {
    const key: unknown = JSON.parse(text ?? '');
    return typeof key === 'string' ? key : undefined;
  } catch {
    return undefined;
  }
}
