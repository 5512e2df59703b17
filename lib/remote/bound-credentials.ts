/** Turns the text of a secret into what is sent, for one origin. Pure; nothing that it says repeats the secret. */
import { shownReference, type CredentialsReference, type SentIn } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { formsOf } from './redact.ts';

/** What is sent to one origin and nowhere else. Never shown. */
export interface BoundCredentials {
  /** `https://example.org` */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Query parameters, which take the place of those of the same name. */
  readonly query: Readonly<Record<string, string>>;
  /** Every spelling of every part that is secret, to be taken out of all that comes back. */
  readonly forms: readonly string[];
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** What is shorter cannot be taken out of answers without taking much else. */
const SECRET_CHARS_MIN = 4;
const SECRET_CHARS_MAX = 8_192;
const ONE_WORD = /^[\x21-\x7e]+$/;
/** `ApiKey abc`, as some want it in a header. */
const WORDS = /^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/;
const ESRI_HEADER = 'x-esri-authorization';

type Reference = Exclude<CredentialsReference, { kind: 'arcgis-login' }>;

/** @throws SettingsInvalid when the text is not what this kind of credentials needs */
export function boundTo(origin: string, credentials: Reference, text: string): BoundCredentials {
  if (credentials.kind === 'basic') {
    const { user, password } = loginIn(credentials, text);
    const pair = `${user}:${password}`;
    const encoded = Buffer.from(pair).toString('base64');
    return sending(origin, { headers: { authorization: `Basic ${encoded}` } }, [password, pair, encoded]);
  }
  const word = wordIn(credentials, text);
  switch (credentials.kind) {
    case 'bearer':
      return sending(origin, { headers: { authorization: `Bearer ${word}` } }, [word]);
    case 'api-key': {
      const { in: sentIn, name } = credentials;
      return sending(
        origin,
        sentIn === 'header' ? { headers: { [name.toLowerCase()]: word } } : { query: { [name]: word } },
        [word, ...word.split(' ').slice(1)],
      );
    }
    case 'arcgis-token':
      return boundToken(origin, { in: credentials.in, token: word, secrets: [], headers: {} });
  }
}

interface TokenSent {
  readonly in: SentIn;
  readonly token: string;
  /** What else is secret. */
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export function boundToken(
  origin: string,
  { in: sentIn, token, secrets, headers }: TokenSent,
): BoundCredentials {
  const sent =
    sentIn === 'header'
      ? { headers: { ...headers, [ESRI_HEADER]: `Bearer ${token}` } }
      : { headers, query: { token } };
  return sending(origin, sent, [token, ...secrets]);
}

function sending(
  origin: string,
  { headers = {}, query = {} }: Partial<Pick<BoundCredentials, 'headers' | 'query'>>,
  secrets: readonly string[],
): BoundCredentials {
  return { origin, headers, query, forms: formsOf(secrets) };
}

/**
 * User and password: `user:password`, or JSON with `username` and `password`, as Secrets Manager makes it.
 * @throws SettingsInvalid
 */
export function loginIn({ kind, secret }: CredentialsReference, text: string): Login {
  const line = lineOf(text);
  const members = membersOf(line);
  const cut = line.indexOf(':');
  const user = members === undefined ? line.slice(0, Math.max(0, cut)) : members['username'];
  const password = members === undefined ? (cut < 0 ? undefined : line.slice(cut + 1)) : members['password'];
  const isLogin =
    typeof user === 'string' && typeof password === 'string' && user !== '' && !user.includes(':');
  if (!isLogin || !isKept(password) || /[\u0000-\u001f\u007f]/.test(user + password)) {
    throw unfit(
      secret,
      kind,
      `user:password, or JSON with username and password; a password has ${SECRET_CHARS_MIN} characters or more`,
    );
  }
  return { user, password };
}

/** A key or a token: the text, or the only member of a JSON object that is a text. */
function wordIn(credentials: Reference, text: string): string {
  const { kind, secret } = credentials;
  const allowed = credentials.kind === 'api-key' && credentials.in === 'header' ? WORDS : ONE_WORD;
  const line = lineOf(text);
  const members = membersOf(line);
  const texts = members && Object.values(members).filter((value) => typeof value === 'string');
  const word = texts === undefined ? line : texts.length === 1 ? texts[0] : undefined;
  if (word === undefined || !isKept(word) || !allowed.test(word)) {
    throw unfit(
      secret,
      kind,
      `one word of ${SECRET_CHARS_MIN} to ${SECRET_CHARS_MAX} printable ASCII characters, or JSON with one text`,
    );
  }
  return word;
}

function isKept(word: string): boolean {
  return word.length >= SECRET_CHARS_MIN && word.length <= SECRET_CHARS_MAX;
}

/** Files end with a line end, and some begin with a byte order mark. */
function lineOf(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/(?:\r?\n)+$/, '');
}

function membersOf(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.trimStart().startsWith('{')) return undefined;
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function unfit(reference: string, kind: string, allowed: string): ReeveError {
  return new ReeveError(
    'SettingsInvalid',
    `The secret ${shownReference(reference)} is not what ${kind} credentials need; allowed is ${allowed}`,
  );
}
