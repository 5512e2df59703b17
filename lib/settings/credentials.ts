/** Reads what somebody wrote of a harvester's credentials: their kind and where the secret lies. Pure; what is refused is never repeated. */
import * as z from 'zod/mini';
import { ReeveError } from '../session/errors.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import { parsedUrl } from '../harvesters/links.ts';
import './english.ts';

const SECRET_ALLOWED =
  'allowed is where the secret lies, never the secret itself: env:NAME, file:/path, or on AWS secret:NAME or the ARN of a secret';
const SECRET_NAME = String.raw`[\w/+=.@-]{1,512}`;
const REFERENCE = new RegExp(
  String.raw`^(?:env:[A-Za-z_]\w{0,199}|file:/[^\u0000-\u001f\u007f]{1,1023}|secret:${SECRET_NAME}|arn:aws[a-z-]{0,20}:secretsmanager:[a-z0-9-]{1,30}:\d{12}:secret:${SECRET_NAME})$`,
);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const PARAMETER_NAME = /^[\w.~-]{1,100}$/;
/** What HTTP itself, or the guard, sets. */
const NOT_FOR_KEYS: ReadonlySet<string> = new Set(
  'accept,accept-encoding,connection,content-length,content-type,cookie,expect,host,if-modified-since,if-none-match,keep-alive,range,te,trailer,transfer-encoding,upgrade,user-agent'.split(
    ',',
  ),
);

const secret = z.string(SECRET_ALLOWED).check(z.regex(REFERENCE, SECRET_ALLOWED));
const sentIn = z.enum(['header', 'query'], 'allowed are header and query');
const TOKEN_URL_ALLOWED = 'allowed is an http or https URL without a user name';

const CredentialsSchema = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('basic'), secret }),
    z.strictObject({ kind: z.literal('bearer'), secret }),
    z.strictObject({
      kind: z.literal('api-key'),
      secret,
      in: sentIn,
      name: z.string('allowed is the name of a header or of a query parameter'),
    }),
    z.strictObject({ kind: z.literal('arcgis-token'), secret, in: z._default(sentIn, 'header') }),
    z.strictObject({
      kind: z.literal('arcgis-login'),
      secret,
      in: z._default(sentIn, 'header'),
      tokenUrl: z.optional(z.string(TOKEN_URL_ALLOWED).check(z.refine(isPlainUrl, TOKEN_URL_ALLOWED))),
    }),
  ],
  'allowed are basic, bearer, api-key, arcgis-token and arcgis-login',
);

function isPlainUrl(text: string): boolean {
  const url = parsedUrl(text);
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** What is wrong with it, one part of a sentence each; values are not repeated, for one of them may be the secret itself. */
export type ReadCredentials =
  { readonly credentials: CredentialsReference } | { readonly faults: readonly string[] };

export function readCredentials(written: unknown): ReadCredentials {
  const parsed = CredentialsSchema.safeParse(written);
  if (!parsed.success) return { faults: parsed.error.issues.map(faultOf) };
  const { tokenUrl, ...plain } = { tokenUrl: undefined, ...parsed.data };
  const credentials = (tokenUrl === undefined ? plain : { ...plain, tokenUrl }) as CredentialsReference;
  if (credentials.kind !== 'api-key') return { credentials };
  const fault = faultOfName(credentials.in, credentials.name);
  return fault === undefined ? { credentials } : { faults: [fault] };
}

/** @throws SettingsInvalid naming every fault */
export function credentialsFrom(written: unknown): CredentialsReference {
  const read = readCredentials(written);
  if ('credentials' in read) return read.credentials;
  throw new ReeveError('SettingsInvalid', `The credentials are not valid: ${read.faults.join('; ')}`);
}

function faultOfName(sent: 'header' | 'query', name: string): string | undefined {
  if (sent === 'query')
    return PARAMETER_NAME.test(name) ? undefined : 'name is not the name of a query parameter';
  if (!HEADER_NAME.test(name)) return 'name is not the name of a header';
  return NOT_FOR_KEYS.has(name.toLowerCase())
    ? `name is ${name.toLowerCase()}, a header that carries no key`
    : undefined;
}

function faultOf(issue: z.core.$ZodIssue): string {
  const where = issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    return `there is a member that ${where === '' ? 'this kind' : where} does not have; allowed are kind, secret, in and name (api-key), tokenUrl (arcgis-login)`;
  }
  return `${where === '' ? 'it' : where}: ${issue.message}`;
}
