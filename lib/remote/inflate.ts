/** Undoes `Content-Encoding` with a bound on what comes out. Not left to the client: global fetch hands over half of a cut body without a word. */
import { gunzip, gunzipSync, type InputType, type ZlibOptions } from 'node:zlib';

export type Inflated =
  | { readonly body: Uint8Array }
  | { readonly fault: 'encoding' | 'broken' | 'too big'; readonly because: string };

/** Up to this size inflating takes less time than handing it to another thread, even when it is a bomb (a thousandfold at most). */
const AT_ONCE_BYTES_MAX = 8_192;

/** Four times Node's own: a third less time for bodies of tens of kilobytes (measured). */
const CHUNK_BYTES = 65_536;

interface Unzipped {
  readonly buffer: Buffer;
  /** `bytesWritten` is how much of the input was taken; missing in the types of Node. */
  readonly engine: { readonly bytesWritten: number };
}
// With `info` both give the engine too, which their types do not say.
const unzipAtOnce = gunzipSync as unknown as (wire: InputType, options: ZlibOptions) => Unzipped;
const unzipAside = gunzip as unknown as (
  wire: InputType,
  options: ZlibOptions,
  done: (error: Error | null, unzipped: Unzipped) => void,
) => void;

/**
 * The codings of a body, outermost last; `identity` is none (RFC 9110 8.4.1).
 * @returns `gzip`, `identity`, or the text of a header that is neither
 */
export function codingOf(contentEncoding: string | undefined): string {
  if (contentEncoding === undefined) return 'identity';
  const codings = contentEncoding
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  const [only = 'identity'] = codings;
  if (codings.length > 1) return codings.join(', ');
  return only === 'x-gzip' ? 'gzip' : only;
}

/** @param bytesMax of what comes out */
export async function inflate(wire: Uint8Array, coding: string, bytesMax: number): Promise<Inflated> {
  if (coding === 'identity') return { body: wire };
  if (coding !== 'gzip') return { fault: 'encoding', because: `encoded as ${coding.slice(0, 60)}` };
  try {
    const options = { info: true, maxOutputLength: bytesMax, chunkSize: CHUNK_BYTES };
    const { buffer, engine } =
      wire.length <= AT_ONCE_BYTES_MAX ? unzipAtOnce(wire, options) : await unzipped(wire, options);
    if (engine.bytesWritten < wire.length)
      return { fault: 'broken', because: 'followed by bytes that are not gzip' };
    return { body: buffer };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { fault: 'too big', because: `more than ${bytesMax} bytes` };
    return { fault: 'broken', because: code === 'Z_BUF_ERROR' ? 'cut off' : 'damaged' };
  }
}

function unzipped(wire: Uint8Array, options: ZlibOptions): Promise<Unzipped> {
  return new Promise((resolve, reject) =>
    unzipAside(wire, options, (error, result) => {
      if (error === null) resolve(result);
      else reject(error);
    }),
  );
}
