/** Finds where a text stops being JSON (RFC 8259): the messages of `JSON.parse` differ between versions of Node and often name no place. */

export interface JsonFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** What is wrong there, e.g. `expected a comma or }, found "`. */
  readonly what: string;
}

/** `undefined` when the text is JSON. */
export function jsonFaultOf(text: string): JsonFault | undefined {
  const scanner = new Scanner(text);
  const what = scanner.value() ?? scanner.end();
  if (what === undefined) return undefined;
  const lines = text.slice(0, scanner.at).split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, what };
}

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING_PART = /(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*/y;
const DEPTH_MAX = 500;

/** Each method goes over one thing, and says what is wrong at `at` when it cannot. */
class Scanner {
  readonly #text: string;
  at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): string | undefined {
    this.#skip(SPACE);
    switch (this.#text[this.at]) {
      case '{':
        return this.#list('}', 'a name in double quotes or }', () => this.#member());
      case '[':
        return this.#list(']', 'a value or ]', () => this.value());
      case '"':
        return this.#string();
      default:
        return this.#skip(LITERAL) > 0 ? undefined : this.#expected('a value');
    }
  }

  end(): string | undefined {
    this.#skip(SPACE);
    return this.at === this.#text.length ? undefined : this.#expected('the end');
  }

  #list(close: string, first: string, member: () => string | undefined): string | undefined {
    this.#depth += 1;
    if (this.#depth > DEPTH_MAX) return `it is nested deeper than ${DEPTH_MAX} levels`;
    this.at += 1;
    this.#skip(SPACE);
    if (this.#closes(close)) return undefined;
    for (;;) {
      this.#skip(SPACE);
      if (this.at >= this.#text.length) return this.#expected(first);
      const fault = member();
      if (fault !== undefined) return fault;
      this.#skip(SPACE);
      if (this.#closes(close)) return undefined;
      if (this.#text[this.at] !== ',') return this.#expected(`a comma or ${close}`);
      this.at += 1;
    }
  }

  #closes(close: string): boolean {
    if (this.#text[this.at] !== close) return false;
    this.#depth -= 1;
    this.at += 1;
    return true;
  }

  #member(): string | undefined {
    if (this.#text[this.at] !== '"') return this.#expected('a name in double quotes');
    const fault = this.#string();
    if (fault !== undefined) return fault;
    this.#skip(SPACE);
    if (this.#text[this.at] !== ':') return this.#expected('a colon');
    this.at += 1;
    return this.value();
  }

  #string(): string | undefined {
    this.at += 1;
    this.#skip(STRING_PART);
    if (this.#text[this.at] !== '"') return this.#expected('the end of the string');
    this.at += 1;
    return undefined;
  }

  #skip(pattern: RegExp): number {
    pattern.lastIndex = this.at;
    const length = pattern.exec(this.#text)?.[0].length ?? 0;
    this.at += length;
    return length;
  }

  #expected(what: string): string {
    const found = this.#text[this.at];
    return `expected ${what}, found ${found === undefined ? 'the end of the file' : JSON.stringify(found)}`;
  }
}
