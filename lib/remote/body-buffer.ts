/** Gathers the pieces of a body in bounded memory, however small a remote cuts them. */

const FIRST_BLOCK_BYTES = 65_536;
const BLOCK_BYTES_MAX = 4_194_304;

/**
 * One piece is kept as it came. From the second on they are copied into blocks: a list of pieces would keep alive, for every byte of a body
 * sent byte by byte, all the memory that the socket read it into.
 */
export class BodyBuffer {
  #only: Uint8Array | undefined;
  readonly #full: Buffer[] = [];
  #block: Buffer | undefined;
  #filled = 0;
  #length = 0;
  readonly #announced: number;

  /** @param announced how long the body says it is, if it does: no more memory is taken than that, nor is any taken for it before it comes */
  constructor(announced: number | undefined) {
    this.#announced = announced ?? Number.POSITIVE_INFINITY;
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
    const only = this.#only;
    if (only !== undefined) {
      this.#only = undefined;
      this.#length = 0;
      this.#copy(only);
    }
    this.#copy(piece);
  }

  get bytes(): Uint8Array {
    if (this.#only !== undefined) return this.#only;
    const last = this.#block?.subarray(0, this.#filled) ?? new Uint8Array();
    return this.#full.length === 0 ? last : Buffer.concat([...this.#full, last], this.#length);
  }

  #copy(piece: Uint8Array): void {
    for (let at = 0; at < piece.length;) {
      const block = this.#roomyBlock(piece.length - at);
      const part = piece.subarray(at, at + block.length - this.#filled);
      block.set(part, this.#filled);
      this.#filled += part.length;
      this.#length += part.length;
      at += part.length;
    }
  }

  #roomyBlock(wanted: number): Buffer {
    const old = this.#block;
    if (old !== undefined && this.#filled < old.length) return old;
    if (old !== undefined) this.#full.push(old);
    const doubled = Math.min(BLOCK_BYTES_MAX, Math.max(FIRST_BLOCK_BYTES, this.#length));
    const block = Buffer.allocUnsafeSlow(Math.max(wanted, Math.min(doubled, this.#announced - this.#length)));
    this.#block = block;
    this.#filled = 0;
    return block;
  }
}
