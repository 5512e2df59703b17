/** The words for everything unusual that the simulated world may do; a run counts how often it did each. */

/** What becomes of one port call. The first of every list is what happens in quiet. */
const CALL = [
  'done',
  'fails',
  'fails after its effect',
  'takes effect after it failed',
  'killed before',
  'killed after',
  'stalls until the next event',
  'stalls for 5 s',
  'stalls for long',
  'outage',
] as const;

/** A remote has no effects that could be lost; it has ways of its own. */
const REMOTE = [
  'done',
  'fails',
  'is busy',
  'answers nonsense',
  'hangs',
  'killed before',
  'killed after',
  'stalls until the next event',
  'stalls for 5 s',
  'stalls for long',
  'outage',
] as const;

const OPEN = [...CALL, 'the index lags'] as const;
const LOOK = [...CALL, 'it cannot be seen yet'] as const;

export type Fate =
  (typeof CALL)[number] | (typeof REMOTE)[number] | (typeof OPEN)[number] | (typeof LOOK)[number];

export function fatesOf(port: string, method: string): readonly Fate[] {
  if (port === 'remote') return REMOTE;
  if (port === 'sessions' && method === 'open') return OPEN;
  if (port === 'executions' && method === 'look') return LOOK;
  return CALL;
}

/** Calls that are made so seldom that what befalls them must be drawn more often. */
export function isSeldom(name: string): boolean {
  return name === 'sessions.open' || name === 'executions.look';
}

/** Asynchronous calls of Lambdas: at least once, some time, or dropped. */
export const MESSAGES = ['delivered', 'delivered twice', 'delivered late', 'lost'] as const;

/** One-shot schedules. */
export const SCHEDULES = [
  'on time',
  '45 s late',
  'long late',
  'fires twice',
  'fires after its deletion',
  'never fires',
] as const;

/** Calls of Lambdas by the state machine. */
export const TASKS = ['runs', 'runs twice', 'its answer is lost', 'is throttled', 'starts late'] as const;

/** What may befall an execution when it enters a state. */
export const STATES = [
  'goes on',
  'stopped from outside',
  'fails without a catch',
  'pauses for 100 s',
] as const;

export const CLOCKS = ['exact', '7 s ahead', '7 s behind', '4 min ahead', '4 min behind'] as const;

/** Requests that a worker had under way when its handler returned: its frozen sandbox may be used again. */
export const ORPHANS = ['never resumes', 'resumes in a later invocation'] as const;

/**
 * What takes the place of the code that runs: the same handlers with other limits. None of the first four may change how a session ends; smaller bounds
 * give up what they have no room for.
 */
export const DEPLOYMENTS = [
  'none',
  'a deployment with shorter times',
  'a deployment with longer times',
  'a deployment with smaller waves',
  'a deployment with larger waves',
  'a deployment with smaller bounds',
] as const;

/** How far a deployment goes for limits that belong together. */
export const EXTENTS = ['as said', 'the change is stronger', 'the change leaves this out'] as const;

/** What becomes of a call that is under way when its version is replaced. */
export const FLIGHTS = ['goes on to its end', 'dies with its version'] as const;

export const ORDERS = ['in turn', 'time first', 'the newest first', 'the second first'] as const;

const ALL: readonly (readonly string[])[] = [
  CALL,
  REMOTE,
  OPEN,
  LOOK,
  MESSAGES,
  SCHEDULES,
  TASKS,
  STATES,
  CLOCKS,
  ORPHANS,
  DEPLOYMENTS,
  EXTENTS,
  FLIGHTS,
  ORDERS,
];

/** Every kind that a run must have injected at least once. */
export const KINDS: readonly string[] = [...new Set(ALL.flatMap((options) => options.slice(1)))];

/** Kinds that cost nobody anything: with these alone a session must end exactly as in quiet. */
export const HARMLESS: ReadonlySet<string> = new Set([
  'delivered twice',
  '45 s late',
  'fires twice',
  'fires after its deletion',
  'the index lags',
  'the newest first',
  'the second first',
  'a deployment with shorter times',
  'a deployment with longer times',
  'a deployment with smaller waves',
  'a deployment with larger waves',
  'the change is stronger',
  'the change leaves this out',
]);

/** How long a call may be in flight before its caller gives it up. */
export const CALL_SECONDS_MAX = 60;
export const OUTAGE_SECONDS = 1_200;
export const LATE_SECONDS = 1_500;
export const STALL_SECONDS = 2_000;

const SERVICES: Readonly<Record<string, string>> = {
  sessions: 'DynamoDB',
  harvesters: 'DynamoDB',
  batches: 'DynamoDB',
  records: 'S3',
  executions: 'Step Functions',
  checks: 'Scheduler',
  finalizer: 'Lambda',
  events: 'EventBridge',
  remote: 'the remote',
};

/** What is away as a whole in an outage of this port. */
export function serviceOf(port: string): string {
  return SERVICES[port] ?? port;
}
