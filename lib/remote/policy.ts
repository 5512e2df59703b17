/** What Reeve allows itself and a remote: every bound and setting of a request, with its unit in its name. */
import * as z from 'zod/mini';
import { ReeveError } from '../session/errors.ts';
import '../settings/english.ts';

const seconds = (usual: number) => z._default(z.number().check(z.positive(), z.maximum(86_400)), usual);
const bytes = (usual: number) => z._default(z.int().check(z.positive(), z.maximum(1_073_741_824)), usual);

const RemotePolicySchema = z.strictObject({
  /** Name look-up, TCP and TLS together. */
  connectSeconds: seconds(5),
  /** Until the head of the answer is whole, connecting included. */
  firstByteSeconds: seconds(30),
  /** Between two pieces of a body. */
  idleSeconds: seconds(15),
  /** One try: redirects and body included. The only bound that ends a server which drips for ever. */
  requestSeconds: seconds(60),

  /** As sent and, counted again, as inflated. */
  bodyBytesMax: bytes(67_108_864),
  headerBytesMax: bytes(16_384),
  urlCharsMax: z._default(z.int().check(z.positive(), z.maximum(65_536)), 8_192),
  redirectsMax: z._default(z.int().check(z.minimum(0), z.maximum(20)), 5),

  /** Ports that may be connected to; loopback addresses, once they are granted, may have any. */
  ports: z._default(z.array(z.int().check(z.minimum(1), z.maximum(65_535))), [80, 443, 8080, 8443]),
  /** Only for the embedded mode, and only when the person at the keyboard typed a loopback URL. */
  allowLoopback: z._default(z.boolean(), false),
  /** For an installation whose remotes live in its own private network (RFC 1918, fc00::/7). */
  allowPrivate: z._default(z.boolean(), false),
  /** Links found in answers must keep to the origin of the remote or to `allowedOrigins`. */
  sameOriginOnly: z._default(z.boolean(), true),
  allowedOrigins: z._default(z.array(z.url({ protocol: /^https?$/ })), []),

  /** Per host (name and port), as is all that follows. */
  requestsAtOnceMax: z._default(z.int().check(z.positive(), z.maximum(256)), 4),
  /** Kept by even spacing, so never exceeded; 0 is no limit. */
  requestsPerSecondMax: z._default(z.number().check(z.minimum(0), z.maximum(10_000)), 10),
  /** The pause between two requests starts here when a host struggles, doubles while it does, and halves when it answers again. */
  pauseSecondsMin: seconds(0.5),
  pauseSecondsMax: seconds(30),
  /** A longer Retry-After keeps us away only so long. */
  retryAfterSecondsMax: seconds(120),
  /** Requests in a row that failed, retries included, before the host is left alone for `breakerSeconds`. */
  breakerFailures: z._default(z.int().check(z.positive(), z.maximum(10_000)), 10),
  breakerSeconds: seconds(60),

  /** Tries after the first one. */
  retriesMax: z._default(z.int().check(z.minimum(0), z.maximum(20)), 3),
  /** Full jitter: a wait is drawn between 0 and this, doubled with every try, up to `retrySecondsMax`. */
  retrySecondsMin: seconds(0.5),
  retrySecondsMax: seconds(20),

  respectRobots: z._default(z.boolean(), false),
  /** A longer Crawl-delay is kept to only so far. */
  robotsDelaySecondsMax: seconds(30),

  userAgent: z._default(
    z
      .string()
      .check(z.regex(/^[!-~]+( [ -~]*[!-~])?$/, 'must be printable ASCII that starts with a product token')),
    'Reeve/0.1 (harvester of geospatial catalogues)',
  ),
  /** Where the operator of a remote can reach ours: a mail address or a web page; sent in the User-Agent. */
  contact: z._default(
    z.string().check(z.regex(/^[ -'*-~]*$/, 'must be printable ASCII without brackets'), z.maxLength(200)),
    '',
  ),
});

export type RemotePolicy = Readonly<z.infer<typeof RemotePolicySchema>>;

export const DEFAULT_REMOTE_POLICY: RemotePolicy = RemotePolicySchema.parse({});

/**
 * The default policy with `changes` made.
 * @throws SettingsInvalid naming every fault
 */
export function remotePolicy(changes: unknown): RemotePolicy {
  const parsed = RemotePolicySchema.safeParse(changes);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`);
  throw new ReeveError('SettingsInvalid', `The policy for remotes is not valid: ${faults.join('; ')}`);
}

/** An honest User-Agent, with the contact where there is one: `Reeve/0.1 (harvester ...) (+mailto:gis@example.org)`. */
export function userAgentOf(policy: Pick<RemotePolicy, 'userAgent' | 'contact'>): string {
  return policy.contact === '' ? policy.userAgent : `${policy.userAgent} (+${policy.contact})`;
}
