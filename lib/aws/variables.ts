/** Which environment variables each port needs on AWS: the stack sets them from this table, and the Lambdas read them by it. */
import type { PortName } from '../ports.ts';

const TABLE = ['REEVE_TABLE'] as const;

/** Complete by type: a new port names its variables here, or none. */
export const VARIABLES_OF_PORT = {
  sessions: TABLE,
  harvesters: TABLE,
  batches: TABLE,
  records: ['REEVE_BUCKET'],
  ledgers: ['REEVE_BUCKET'],
  executions: ['REEVE_STATE_MACHINE_ARN'],
  checks: ['REEVE_MONITOR_ARN', 'REEVE_CHECKS_GROUP', 'REEVE_CHECKS_ROLE_ARN', 'REEVE_UNDELIVERED_ARN'],
  schedules: ['REEVE_START_ARN', 'REEVE_HARVESTS_GROUP', 'REEVE_HARVESTS_ROLE_ARN', 'REEVE_UNDELIVERED_ARN'],
  finalizer: ['REEVE_FINALIZE_ARN'],
  remote: ['REEVE_REMOTE_POLICY', 'REEVE_SECRETS_PREFIX'],
  addresses: ['REEVE_REMOTE_POLICY', 'REEVE_SECRETS_PREFIX'],
  events: ['REEVE_EVENT_BUS'],
  clock: [],
  chance: [],
  log: [],
  metrics: [],
} as const satisfies Record<PortName, readonly string[]>;

export type VariableOf<P extends PortName> = (typeof VARIABLES_OF_PORT)[P][number];
export type PortVariable = VariableOf<PortName>;

/** What every Lambda needs, whatever its ports: the stack's name (a metric dimension) and the limits that differ from the defaults. */
export const COMMON_VARIABLES = ['REEVE_STACK', 'REEVE_LIMITS'] as const;
export type CommonVariable = (typeof COMMON_VARIABLES)[number];
