/** The settings of a deployment: CDK context under `reeve:`, from cdk.json or `-c reeve:<name>=<value>`, checked before anything is built. */
import * as z from 'zod/mini';
import { limitsFrom } from '../aws/environment.ts';
import { remotePolicy } from '../remote/policy.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_PACE, faultsOfPace, type Limits } from '../session/limits.ts';
import '../settings/english.ts';
import { faultsOfArithmetic } from './arithmetic.ts';
import { FUNCTION_NAMES } from './function-names.ts';

export const CONTEXT_PREFIX = 'reeve:';

/** The account that emulators stand for; AWS gives it to nobody. */
export const EMULATOR_ACCOUNT = '000000000000';

/** CloudWatch knows no others. */
const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** On the command line every value is a text. */
const boolean = z.union([
  z.boolean(),
  z.pipe(
    z.enum(['true', 'false']),
    z.transform((text) => text === 'true'),
  ),
]);
const integer = (min: number, max: number) =>
  z.coerce.number().check(z.int(), z.minimum(min), z.maximum(max));
const object = z.pipe(
  z.transform(parsed),
  z.record(z.string(), z.unknown(), { error: 'must be a JSON object, such as {"name": 1}' }),
);
const perFunction = (min: number, max: number) =>
  z.pipe(object, z.partialRecord(z.enum(FUNCTION_NAMES), z.int().check(z.minimum(min), z.maximum(max))));

const SettingsSchema = z.strictObject({
  /** Names the stack, its functions, its state machine; two stacks of one account differ in it. */
  stackName: z._default(
    z
      .string()
      .check(
        z.regex(
          /^[A-Za-z][A-Za-z0-9-]{0,29}$/,
          'must be a letter, then at most 29 letters, digits or dashes',
        ),
      ),
    'Reeve',
  ),
  /** What `cdk destroy` leaves: `nothing`, or the `data`: table and bucket. */
  keep: z._default(z.enum(['nothing', 'data']), 'nothing'),
  logRetentionDays: z._default(
    integer(1, 731).check(
      z.refine(
        (days) => (RETENTION_DAYS as readonly number[]).includes(days),
        `must be one of ${RETENTION_DAYS.join(', ')}`,
      ),
    ),
    30,
  ),
  /** At a higher level Lambda would drop the metrics, which are lines of log without a level. */
  logLevel: z._default(z.enum(['DEBUG', 'INFO']), 'INFO'),
  /** Who is told of alarms; without it they are only seen. */
  alarmEmail: z.optional(z.email()),
  /** Changes of lib/session/limits.ts, by name. */
  limits: z._default(object, {}),
  /** Changes of lib/remote/policy.ts, by name; `contact` is how the operator of a remote reaches ours. */
  remotePolicy: z._default(object, {}),
  /** The names of the secrets that harvesters may refer to begin so, and the Lambdas may read no others. */
  secretsPrefix: z._default(
    z
      .string()
      .check(
        z.regex(
          /^[\w+=.@-][\w/+=.@-]{1,98}\/$/,
          'must be 3 to 100 letters, digits or any of _+=.@-/, and end with a slash',
        ),
      ),
    'reeve/',
  ),
  /** The KMS key of those secrets, where it is not the account's own for Secrets Manager, which needs no permission. */
  secretsKmsKeyArn: z.optional(
    z
      .string()
      .check(
        z.regex(
          /^arn:aws[\w-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]{1,128}$/,
          'must be the ARN of a KMS key, such as arn:aws:kms:eu-west-1:123456789012:key/...',
        ),
      ),
  ),
  memoryMegabytes: z._default(perFunction(128, 10_240), {}),
  /** Environments that are kept for a function and that it may not exceed; an account must keep 100 unreserved. */
  reservedConcurrency: z._default(perFunction(1, 1_000), {}),
  /** Who may use the API: principals of the account, by their signatures, or whoever has a token of the issuer for the audience. */
  apiAuthorization: z._default(z.enum(['iam', 'jwt']), 'iam'),
  jwtIssuer: z.optional(z.url({ protocol: /^https$/, error: 'must be an https URL' })),
  /** One, or several with commas between them. */
  jwtAudience: z.optional(z.string().check(z.minLength(1), z.maxLength(1_000))),
  /** Of all callers together; what is more is answered 429. */
  apiRequestsPerSecond: z._default(integer(1, 10_000), 50),
  /** For an emulator, whose remotes are on this machine. Refused for every account that AWS could have given out. */
  allowLoopbackRemotes: z._default(boolean, false),
});

type Plain = z.infer<typeof SettingsSchema>;
type OfApi = 'apiAuthorization' | 'jwtIssuer' | 'jwtAudience' | 'apiRequestsPerSecond';

export type Settings = Readonly<Omit<Plain, 'limits' | 'remotePolicy' | OfApi>> & {
  readonly api: {
    readonly authorization: 'iam' | 'jwt';
    readonly issuer: string | undefined;
    readonly audience: readonly string[];
    readonly requestsPerSecond: number;
    /** How many requests may come at once before that rate is kept. */
    readonly burst: number;
  };
  readonly limits: Limits;
  /** As the Lambdas read them: only what differs from the defaults. */
  readonly limitChanges: Readonly<Record<string, unknown>>;
  readonly remotePolicyChanges: Readonly<Record<string, unknown>>;
};

/**
 * @param context all context of the app; what is not under `reeve:` is the CDK's own
 * @param account the account that is deployed to, where it is known
 * @throws SettingsInvalid naming every fault
 */
export function settingsFrom(
  context: Readonly<Record<string, unknown>>,
  account: string | undefined,
): Settings {
  const own = Object.entries(context)
    .filter(([name]) => name.startsWith(CONTEXT_PREFIX))
    .map(([name, value]) => [name.slice(CONTEXT_PREFIX.length), value] as const);
  const parsed = SettingsSchema.safeParse(Object.fromEntries(own));
  if (!parsed.success) throw invalid(parsed.error.issues.map(spoken));
  const { limits: limitChanges, remotePolicy: policyChanges, ...others } = parsed.data;
  const { apiAuthorization, jwtIssuer, jwtAudience, apiRequestsPerSecond, ...plain } = others;

  const limits = limitsFrom(JSON.stringify(limitChanges));
  const faults = [
    ...faultsOfPace(DEFAULT_PACE, limits),
    ...faultsOfArithmetic(limits),
    ...faultsOfAuthorization(others),
  ];
  if (plain.allowLoopbackRemotes && account !== EMULATOR_ACCOUNT) {
    faults.push(
      `${CONTEXT_PREFIX}allowLoopbackRemotes is for emulators only: the account is ${account ?? 'not known'}, allowed is ${EMULATOR_ACCOUNT}`,
    );
  }
  if ('allowLoopback' in policyChanges) {
    faults.push(
      `${CONTEXT_PREFIX}remotePolicy may not set allowLoopback; emulators have ${CONTEXT_PREFIX}allowLoopbackRemotes`,
    );
  }
  if (faults.length > 0) throw invalid(faults);
  const remotePolicyChanges = {
    ...policyChanges,
    ...(plain.allowLoopbackRemotes ? { allowLoopback: true } : {}),
  };
  remotePolicy(remotePolicyChanges);
  const api = {
    authorization: apiAuthorization,
    issuer: jwtIssuer,
    audience: audiencesIn(jwtAudience),
    requestsPerSecond: apiRequestsPerSecond,
    burst: 2 * apiRequestsPerSecond,
  };
  return { ...plain, api, limits, limitChanges, remotePolicyChanges };
}

/** Half of what tokens need would be an API that lets in whom nobody meant. */
function faultsOfAuthorization({ apiAuthorization, jwtIssuer, jwtAudience }: Pick<Plain, OfApi>): string[] {
  if (apiAuthorization === 'jwt')
    return [
      ...(jwtIssuer === undefined
        ? [`${CONTEXT_PREFIX}apiAuthorization jwt needs ${CONTEXT_PREFIX}jwtIssuer`]
        : []),
      ...(audiencesIn(jwtAudience).length === 0
        ? [`${CONTEXT_PREFIX}apiAuthorization jwt needs ${CONTEXT_PREFIX}jwtAudience`]
        : []),
    ];
  return jwtIssuer === undefined && jwtAudience === undefined
    ? []
    : [
        `${CONTEXT_PREFIX}jwtIssuer and ${CONTEXT_PREFIX}jwtAudience are for ${CONTEXT_PREFIX}apiAuthorization jwt; it is iam`,
      ];
}

function audiencesIn(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
}

/** What is no JSON stays a text, which the schema then refuses. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}

function spoken(issue: z.core.$ZodIssue): string {
  const where = `${CONTEXT_PREFIX}${issue.path.join('.')}`;
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0) {
    const allowed = Object.keys(SettingsSchema.shape).join(', ');
    return `${issue.keys.map((key) => `${CONTEXT_PREFIX}${key}`).join(', ')}: no such setting; there are ${allowed}`;
  }
  return `${where}: ${issue.message}`;
}

function invalid(faults: readonly string[]): ReeveError {
  return new ReeveError(
    'SettingsInvalid',
    `The settings of the deployment are not valid: ${faults.join('; ')}`,
  );
}
