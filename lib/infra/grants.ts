/** What a Lambda may do follows from the ports that its handler declares: one table, complete by type. */
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { PortName } from '../ports.ts';
import { INDEXES } from '../aws/dynamodb/definition.ts';
import type { Names } from './names.ts';

/** The resources that grants are about, as ARNs. */
export interface Granted {
  readonly names: Names;
  readonly tableArn: string;
  readonly bucketArn: string;
  readonly checksRoleArn: string;
  readonly harvestsRoleArn: string;
  readonly eventBusArn: string;
  readonly secretArns: string;
  /** Of the key that encrypts these secrets, where it is one of one's own. */
  readonly secretsKmsKeyArn: string | undefined;
  /** `secretsmanager.<Region>.amazonaws.com` */
  readonly secretsService: string;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function allow(
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Conditions,
): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions: { ...conditions } }),
  });
}

/** Items of other kinds are out of reach: a batch cannot be used to write a harvester. */
function items(actions: readonly string[], { tableArn }: Granted, partitions: string): PolicyStatement {
  return allow(
    actions.map((action) => `dynamodb:${action}`),
    [tableArn],
    { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partitions] } },
  );
}

/** Schedules of one group, with the one role that they use. */
function schedules(actions: readonly string[], { names }: Granted, group: string, roleArn: string) {
  return [
    allow(
      actions.map((action) => `scheduler:${action}`),
      [names.schedulesArn(group)],
    ),
    allow(['iam:PassRole'], [roleArn], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ];
}

function index({ tableArn }: Granted, ...names: readonly string[]): PolicyStatement {
  return allow(
    ['dynamodb:Query'],
    names.map((name) => `${tableArn}/index/${name}`),
  );
}

const SESSIONS = 'S#*';
const HARVESTERS = 'H#*';

export const GRANTS: Readonly<Record<PortName, (granted: Granted) => readonly PolicyStatement[]>> = {
  sessions: (granted) => [
    items(['GetItem', 'PutItem', 'DeleteItem'], granted, SESSIONS),
    index(granted, INDEXES.open.name, INDEXES.list.name),
  ],
  harvesters: (granted) => [
    items(['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem'], granted, HARVESTERS),
    index(granted, INDEXES.list.name),
  ],
  // A batch lies beside its session, under the same partition key.
  batches: (granted) => [items(['GetItem', 'Query', 'UpdateItem', 'BatchWriteItem'], granted, SESSIONS)],
  records: ({ bucketArn }) => [
    allow(['s3:GetObject', 's3:PutObject'], [`${bucketArn}/*`]),
    // What is published stays: no Lambda can delete a record. A ledger goes when another has taken its place.
    allow(['s3:DeleteObject'], [`${bucketArn}/staging/*`, `${bucketArn}/ledgers/*`]),
    // Without a condition on the prefix: S3 answers 404 for what is missing only to those who may list, and 403 to all others.
    allow(['s3:ListBucket'], [bucketArn]),
  ],
  ledgers: ({ bucketArn }) => [
    allow(['s3:GetObject'], [`${bucketArn}/ledgers/*`]),
    allow(['s3:PutObject', 's3:DeleteObject'], [`${bucketArn}/ledgers/harvester=*/choices/*`]),
    // As for records.
    allow(['s3:ListBucket'], [bucketArn]),
  ],
  executions: ({ names }) => [
    allow(['states:StartExecution'], [names.stateMachineArn]),
    allow(['states:DescribeExecution', 'states:StopExecution'], [names.executionArns]),
  ],
  checks: (granted) =>
    schedules(
      ['CreateSchedule', 'DeleteSchedule'],
      granted,
      granted.names.checksGroup,
      granted.checksRoleArn,
    ),
  schedules: (granted) =>
    schedules(
      ['CreateSchedule', 'UpdateSchedule', 'DeleteSchedule'],
      granted,
      granted.names.harvestsGroup,
      granted.harvestsRoleArn,
    ),
  finalizer: ({ names }) => [allow(['lambda:InvokeFunction'], [names.functionArn('finalize')])],
  events: ({ eventBusArn }) => [allow(['events:PutEvents'], [eventBusArn])],
  // Out to the internet, for which there is no permission, with the credentials of harvesters; a handler never sees them.
  remote: ({ secretArns, secretsKmsKeyArn, secretsService }) => [
    allow(['secretsmanager:GetSecretValue'], [secretArns]),
    ...(secretsKmsKeyArn === undefined
      ? []
      : [
          allow(['kms:Decrypt'], [secretsKmsKeyArn], {
            StringEquals: { 'kms:ViaService': secretsService },
          }),
        ]),
  ],
  // Judged by their text alone.
  addresses: () => [],
  clock: () => [],
  chance: () => [],
  // Written to standard output; every function may write to its own log group.
  log: () => [],
  metrics: () => [],
};
