/** Gathers the pieces of a body in bounded memory, however small a remote cuts them. */

const FIRST_BYTES = 65_536;

/**
 * One piece is kept as it came. From the second on they are copied into one buffer that doubles: a list of pieces would keep alive,
 * for every byte of a body sent byte by byte, the whole block of memory that the socket read it into.
 */
export class BodyBuffer {
  #only: Uint8Array | undefined;
  #gathered: Buffer | undefined;
  #length = 0;
  readonly #expected: number;

  /** @param expected how long the body says it is, if it does: it is never made longer for that, only not longer than that */
  constructor(expected: number | undefined) {
    this.#expected = expected ?? Number.POSITIVE_INFINITY;
  }

  get length(): number {
    return this.#length;
  }

  add(piece: Uint8Array): void {
    if (this.#length === 0) {
      this.#only = piece;
      this.#length = piece.length;
      return;
    }
    const length = this.#length + piece.length;
    const gathered = this.#roomFor(length);
    gathered.set(piece, this.#length);
    this.#length = length;
  }

  get bytes(): Uint8Array {
    return this.#only ?? this.#gathered?.subarray(0, this.#length) ?? new Uint8Array();
  }

  #roomFor(length: number): Buffer {
    const old = this.#gathered;
    if (old !== undefined && old.length >= length) return old;
    const doubled = Math.max(FIRST_BYTES, (old?.length ?? 0) * 2, length);
    const gathered = Buffer.allocUnsafeSlow(Math.max(length, Math.min(doubled, this.#expected)));
    gathered.set(this.bytes, 0);
    this.#only = undefined;
    this.#gathered = gathered;
    return gathered;
  }
}
