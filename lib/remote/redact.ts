/** Takes secrets out of text and bytes before they reach a log, an error, an event or a record. */
import { publicUrl, REDACTED } from '../harvesters/links.ts';

const URL_IN_TEXT = /\bhttps?:\/\/[^\s"'<>()[\]{}\\]+/gi;
const USER_INFO = /\/\/[^/@\s]{1,500}@/g;
const SECRET_HEADER =
  /\b((?:proxy-)?authorization|(?:set-)?cookie2?|x-api-key|x-auth-token|x-amz-security-token)(["']?\s*[:=]\s*["']?)[^\r\n"']+/gi;
const SCHEME_AND_TOKEN = /\b(Bearer|Basic)\s+(?=[\w.~+/-]*[\d=])[\w.~+/-]{6,}=*/gi;
const NAMED_SECRET =
  /\b([\w-]{0,40}(?:token|secret|passwd|password|signature|credential|api[-_]?key|access[-_]?key))(["']?\s*[=:]\s*["']?)[^\s"'&,;]+/gi;
const AWS_KEY_ID = /\b(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b/g;
/** A shorter secret would blank half of every text, and is none. */
const SECRET_CHARS_MIN = 4;
const SNIFFED_BYTES = 1_024;

/** A URL without user info and without the values of secret-looking parameters. */
export function redactUrl(href: string): string {
  return publicUrl(href) ?? redactPatterns(href);
}

/** `text` without what looks like a secret, and without the literal `forms` (of `formsOf`). */
export function redact(text: string, forms: readonly string[] = []): string {
  const literal = forms.reduce((rest, form) => rest.replaceAll(form, REDACTED), text);
  return redactPatterns(
    literal.replace(URL_IN_TEXT, (href) => (/[@=;]/.test(href) ? redactUrl(href) : href)),
  );
}

function redactPatterns(text: string): string {
  return text
    .replace(USER_INFO, `//${REDACTED}@`)
    .replace(SECRET_HEADER, `$1$2${REDACTED}`)
    .replace(SCHEME_AND_TOKEN, `$1 ${REDACTED}`)
    .replace(NAMED_SECRET, `$1$2${REDACTED}`)
    .replace(AWS_KEY_ID, REDACTED);
}

/** The same bytes, unless one of the literal `forms` (of `formsOf`) is among them: a remote may echo what it was sent. */
export function redactBytes(bytes: Uint8Array, forms: readonly string[]): Uint8Array {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = encodingsFor(buffer).flatMap((encoded) =>
    forms
      .map((form) => [encoded(form), encoded(REDACTED)] as const)
      .filter(([form]) => buffer.includes(form)),
  );
  if (found.length === 0) return bytes;
  // latin1 maps bytes to characters one by one, so all other bytes stay as they are.
  const clean = found.reduce(
    (rest, [form, instead]) => rest.replaceAll(form.toString('latin1'), instead.toString('latin1')),
    buffer.toString('latin1'),
  );
  return Buffer.from(clean, 'latin1');
}

type Encoded = (text: string) => Buffer;
const utf8: Encoded = (text) => Buffer.from(text);
const utf16le: Encoded = (text) => Buffer.from(text, 'utf16le');
const utf16be: Encoded = (text) => Buffer.from(text, 'utf16le').swap16();

/** Texts of 16 bits a character have zeros early, and others none anywhere. */
function encodingsFor(bytes: Buffer): readonly Encoded[] {
  return bytes.subarray(0, SNIFFED_BYTES).includes(0) ? [utf8, utf16le, utf16be] : [utf8];
}

/** Every spelling in which a secret may turn up, the longest first. */
export function formsOf(secrets: readonly string[]): readonly string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SECRET_CHARS_MIN)
    .flatMap((secret) => [
      secret,
      ...inUrls(secret.toWellFormed()),
      JSON.stringify(secret).slice(1, -1),
      ...inMarkup(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ]);
  return [...new Set(forms)].sort((one, other) => other.length - one.length);
}

function inUrls(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  return [encoded, lower, ...[encoded, lower].map((form) => form.replaceAll('%20', '+'))];
}

/** XML and HTML must escape the first two, and often escape the others. */
function inMarkup(secret: string): string[] {
  const must = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const all = must.replaceAll('>', '&gt;').replaceAll('"', '&quot;');
  return [must, all, all.replaceAll("'", '&#39;'), all.replaceAll("'", '&apos;')];
}
