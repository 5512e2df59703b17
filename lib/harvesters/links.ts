// What may be kept of a URL: absolute, http or https, and without anything that opens a door.

/** Names of query values that are credentials wherever they appear: `token`, `apikey`, `X-Amz-Signature`, GeoServer's `authkey` ... */
const SECRET_NAME =
  /token|secret|passw|signature|credential|api[-_]?key|auth[-_]?key|access[-_]?key|^(key|sig|auth|authorization|pass|pwd|jsessionid)$/i;
const SESSION_IN_PATH = /;jsessionid=[^/?#;]*/gi;
export const REDACTED = 'redacted';
const HREF_CHARS_MAX = 8_192;

/**
 * The URL as it may be kept and shown: made absolute, without user info, with the values of secret-looking parameters replaced by
 * `redacted`. `undefined` when it is no http(s) URL or longer than 8,192 characters.
 */
export function publicUrl(href: string, base?: string): string | undefined {
  const trimmed = href.trim();
  if (trimmed === '' || trimmed.length > HREF_CHARS_MAX) return undefined;
  const url = parsedUrl(trimmed, base) ?? parsedUrl(trimmed);
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  if (url.username !== '') url.username = '';
  if (url.password !== '') url.password = '';
  const path = url.pathname.replaceAll(SESSION_IN_PATH, '');
  if (path !== url.pathname) url.pathname = path;
  // Written back only when something changed: searchParams would spell the rest of the query anew.
  const query = redactedPairs(url.search.slice(1));
  if (query !== undefined) url.search = query;
  const fragment = redactedPairs(url.hash.slice(1));
  if (fragment !== undefined) url.hash = fragment;
  return url.href.length > HREF_CHARS_MAX ? undefined : url.href;
}

/** `new URL` that answers instead of throwing. */
export function parsedUrl(text: string, base?: string): URL | undefined {
  try {
    return new URL(text, base);
  } catch {
    return undefined;
  }
}

/** A URL for a sentence: as `publicUrl`, at most 200 characters, and never empty. */
export function shownUrl(href: string): string {
  const shown = publicUrl(href) ?? 'a URL that is not http or https';
  return shown.length > 200 ? `${shown.slice(0, 200)}...` : shown;
}

/** A remote may say these back anywhere: what is shorter, or one word or number, would be blanked where it means something else. */
const TELLING_SECRET = /^(?=.*[a-z])(?=.*\d).{8,}$/i;

/** The values of secret-looking parameters of a URL that could be nothing but secrets. */
export function secretsIn(href: string): readonly string[] {
  const pairs = parsedUrl(href)?.searchParams ?? [];
  return [...pairs].flatMap(([name, value]) =>
    SECRET_NAME.test(name.trim()) && TELLING_SECRET.test(value) ? [value] : [],
  );
}

/** `a=1&token=x` with its secrets replaced; `undefined` when there are none. */
function redactedPairs(query: string): string | undefined {
  const pairs = query.split('&').map((pair) => {
    const cut = pair.indexOf('=');
    return cut > 0 && SECRET_NAME.test(decoded(pair.slice(0, cut)))
      ? `${pair.slice(0, cut)}=${REDACTED}`
      : pair;
  });
  const redacted = pairs.join('&');
  return redacted === query ? undefined : redacted;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' ')).trim();
  } catch {
    return name;
  }
}
