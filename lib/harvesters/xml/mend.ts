// Makes `&amp;` of every `&` that begins no reference, before the parser sees it.
//
// sax swallows the character behind such an `&`: of `href="?a=1&"` it loses the quote, of `<Title>Roads &</Title>` the `<`, and with
// them all that follows. Servers write both. What stands in comments and CDATA sections is left alone.

const OPENING = /<!\[CDATA\[|<!--|&(?!(?:#\d{1,8}|#[xX][\da-fA-F]{1,7}|[A-Za-z_:][\w:.-]{0,39});)/g;
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

  /** The same text, mended, in slices of about the same size. */
  *mend(slices: Iterable<string>): Generator<string> {
    for (const slice of slices) yield this.#take(this.#held + slice, false);
    yield this.#take(this.#held, true);
  }

  #take(text: string, last: boolean): string {
    const pieces: string[] = [];
    const sure = last ? text.length : sureOf(text);
    let [from, at] = [0, 0];
    for (;;) {
      if (this.#inside !== undefined) {
        const closing = text.indexOf(CLOSING[this.#inside], at);
        if (closing < 0)
          return this.#emit(text, pieces, from, last ? text.length : Math.max(at, text.length - 2));
        at = closing + CLOSING[this.#inside].length;
        this.#inside = undefined;
      }
      OPENING.lastIndex = at;
      const opening = OPENING.exec(text);
      if (opening === null || opening.index >= sure)
        return this.#emit(text, pieces, from, Math.max(at, sure));
      at = opening.index + opening[0].length;
      if (opening[0] === '&') {
        this.strays += 1;
        pieces.push(text.slice(from, opening.index), '&amp;');
        from = at;
      } else this.#inside = opening[0] === '<!--' ? 'comment' : 'cdata';
    }
  }

  #emit(text: string, pieces: string[], from: number, end: number): string {
    this.#held = text.slice(end);
    if (pieces.length === 0) return text.slice(from, end);
    pieces.push(text.slice(from, end));
    return pieces.join('');
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
