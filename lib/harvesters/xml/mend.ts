// Makes `&amp;` of every `&` that begins no reference, before the parser sees it.
//
// sax swallows the character behind such an `&`: of `href="?a=1&"` it loses the quote, of `<Title>Roads &</Title>` the `<`, and with
// them all that follows. Servers write both. What stands in comments and CDATA sections is left alone.
//
// On the way references to letters and digits become what they mean: sax takes twice as long for them, and there may be millions.

const OPENING = /<!\[CDATA\[|<!--|&(?!(?:#\d{1,8}|#[xX][\da-fA-F]{1,7}|[A-Za-z_:][\w:.-]{0,39});)/g;
/** A reference by number, whatever stands before it: what is not known to the slice before must make no difference. */
const BY_NUMBER = /&#(?:(\d{1,7})|[xX]([\da-fA-F]{1,6}));/g;
/** The longest reference (41 characters without its `;`) and the longest opening that a slice may cut in two. */
const REFERENCE_CHARS_MAX = 41;
const OPENINGS = ['<![CDATA[', '<!--'];
const CLOSING = { comment: '-->', cdata: ']]>' } as const;

export class Mender {
  /** How many were mended. */
  strays = 0;
  #inside: keyof typeof CLOSING | undefined;
  /** The end of the last slice that only the next one can explain. */
  #held = '';
  /** The slice has references by number. */
  #refers = false;

  /** The same text, mended, in slices of about the same size. */
  *mend(slices: Iterable<string>): Generator<string> {
    for (const slice of slices) yield this.#take(this.#held + slice, false);
    yield this.#take(this.#held, true);
  }

  #take(text: string, last: boolean): string {
    const pieces: string[] = [];
    this.#refers = text.includes('&#');
    const sure = last ? text.length : sureOf(text);
    let [from, at] = [0, 0];
    for (;;) {
      if (this.#inside !== undefined) {
        const closing = text.indexOf(CLOSING[this.#inside], at);
        if (closing < 0)
          return this.#emit(text, pieces, from, last ? text.length : Math.max(at, text.length - 2));
        at = closing + CLOSING[this.#inside].length;
        this.#inside = undefined;
        if (this.#refers) {
          pieces.push(text.slice(from, at));
          from = at;
        }
      }
      OPENING.lastIndex = at;
      const opening = OPENING.exec(text);
      if (opening === null || opening.index >= sure)
        return this.#emit(text, pieces, from, Math.max(at, sure));
      at = opening.index + opening[0].length;
      if (opening[0] === '&') {
        this.strays += 1;
        pieces.push(this.#read(text.slice(from, opening.index)), '&amp;');
        from = at;
      } else {
        this.#inside = opening[0] === '<!--' ? 'comment' : 'cdata';
        if (this.#refers) {
          pieces.push(this.#read(text.slice(from, opening.index)));
          from = opening.index;
        }
      }
    }
  }

  #emit(text: string, pieces: string[], from: number, end: number): string {
    this.#held = text.slice(end);
    const rest = text.slice(from, end);
    pieces.push(this.#inside === undefined ? this.#read(rest) : rest);
    return pieces.length === 1 ? (pieces[0] ?? '') : pieces.join('');
  }

  #read(text: string): string {
    return this.#refers ? text.replace(BY_NUMBER, plainCharacter) : text;
  }
}

/** Up to where a slice says all there is to say: not within a reference or an opening that may go on in the next one. */
function sureOf(text: string): number {
  const reference = text.lastIndexOf('&');
  const opening = text.lastIndexOf('<');
  const cutReference = reference >= text.length - REFERENCE_CHARS_MAX && !text.includes(';', reference);
  const cutOpening = opening >= 0 && OPENINGS.some((whole) => whole.startsWith(text.slice(opening)));
  return Math.min(
    cutReference && reference >= 0 ? reference : text.length,
    cutOpening ? opening : text.length,
  );
}

/** Letters, digits and what is not ASCII mean nothing to a parser; all else stays a reference, for it to judge. */
function plainCharacter(reference: string, decimal: string | undefined, hexadecimal = ''): string {
  const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
  const isPlain =
    (code >= 0xa0 && code < 0xd800) ||
    (code >= 0xe000 && code < 0xfffe) ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39);
  return isPlain ? String.fromCharCode(code) : reference;
}
