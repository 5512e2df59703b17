/**
 * What cdk-nag's AwsSolutions rules find in the stack and stays as it is: each finding with its reason, on the construct that it is about. None
 * is acknowledged for the whole stack, so a new finding fails the tests.
 */
import { Validations, type Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { PortName } from '../ports.ts';
import { FUNCTION_NAMES } from './function-names.ts';
import type { HandlerUses } from './functions.ts';
import type { Settings } from './settings.ts';
import type { Storage } from './storage.ts';

export interface Acknowledgement {
  /** The construct's path below the stack. */
  readonly path: string;
  readonly rule: string;
  readonly reason: string;
}

interface Wildcard {
  readonly resource: string;
  readonly reason: string;
}

const ACCOUNT = '<AWS::Region>:<AWS::AccountId>';

/** Wildcards in what the ports are granted: only behind a prefix that is the stack's own. */
function wildcardsOf(
  { stackName }: Stack,
  bucketId: string,
  secretsPrefix: string,
): Partial<Record<PortName, readonly Wildcard[]>> {
  return {
    remote: [
      {
        resource: `arn:<AWS::Partition>:secretsmanager:${ACCOUNT}:secret:${secretsPrefix}*`,
        reason:
          'The secrets of harvesters are named by those who configure them, and their ARNs end in chance; only under the prefix of the installation',
      },
    ],
    records: [
      {
        resource: `<${bucketId}.Arn>/*`,
        reason:
          'The names of objects are those of sessions and batches, made at run time; the bucket is the stack’s own',
      },
      {
        resource: `<${bucketId}.Arn>/staging/*`,
        reason: 'What is staged is named after sessions; records cannot be deleted',
      },
      {
        resource: `<${bucketId}.Arn>/ledgers/*`,
        reason: 'Ledgers are named after sessions; each is deleted when the next has taken its place',
      },
    ],
    ledgers: [
      {
        resource: `<${bucketId}.Arn>/ledgers/*`,
        reason: 'Ledgers are named after harvesters and sessions, made at run time; the API only reads them',
      },
      {
        resource: `<${bucketId}.Arn>/ledgers/harvester=*/choices/*`,
        reason: 'What is decided on resources is named after harvesters, anew each time',
      },
    ],
    executions: [
      {
        resource: `arn:<AWS::Partition>:states:${ACCOUNT}:execution:${stackName}-harvest:*`,
        reason:
          'Executions are named after sessions, made at run time; only those of the stack’s own machine',
      },
    ],
    checks: [
      {
        resource: `arn:<AWS::Partition>:scheduler:${ACCOUNT}:schedule/${stackName}-checks/*`,
        reason: 'Checks are named after sessions, made at run time; only in the stack’s own group',
      },
    ],
    schedules: [
      {
        resource: `arn:<AWS::Partition>:scheduler:${ACCOUNT}:schedule/${stackName}-harvests/*`,
        reason:
          'Recurring harvests are named after harvesters, made at run time; only in the stack’s own group',
      },
    ],
  };
}

const iam5 = (resource: string): string => `AwsSolutions-IAM5[Resource::${resource}]`;

export function acknowledgementsOf(
  stack: Stack,
  { handlers, storage, settings }: { handlers: HandlerUses; storage: Storage; settings: Settings },
): readonly Acknowledgement[] {
  const bucketId = stack.getLogicalId(
    storage.bucket.node.defaultChild as Parameters<Stack['getLogicalId']>[0],
  );
  const { stackName } = stack;
  const wildcards = wildcardsOf(stack, bucketId, settings.secretsPrefix);
  const ofFunctions = FUNCTION_NAMES.flatMap((name) =>
    handlers[name].uses.flatMap((port) =>
      (wildcards[port] ?? []).map(({ resource, reason }) => ({
        path: `Functions/${name}-role`,
        rule: iam5(resource),
        reason,
      })),
    ),
  );
  const machine = `arn:<AWS::Partition>:states:${ACCOUNT}:execution:${stackName}-harvest`;
  const ofMap =
    'The Map’s children are executions with names that Step Functions makes up; only those of the machine itself';
  return [
    ...ofFunctions,
    { path: 'Workflow/Role', rule: iam5(`${machine}:*`), reason: ofMap },
    { path: 'Workflow/Role', rule: iam5(`${machine}/Batches:*`), reason: ofMap },
    {
      path: 'Workflow/Role',
      rule: iam5('*'),
      reason:
        'Delivery of logs (logs:CreateLogDelivery ...) and X-Ray (xray:PutTraceSegments ...) know no permissions on single resources',
    },
    {
      path: 'Workflow/StateMachine',
      rule: 'AwsSolutions-SF1',
      reason:
        'Errors are logged; Step Functions itself keeps the whole history of STANDARD executions for 90 days, and a log of all events would cost as much as the harvest',
    },
    {
      path: 'Storage/Bucket',
      rule: 'AwsSolutions-S1',
      reason:
        'Only the stack’s own roles reach the bucket; who must prove each access turns on CloudTrail data events, which name the caller where access logs do not',
    },
    ...['Failed', 'Undelivered'].map((queue) => ({
      path: `Failures/${queue}`,
      rule: 'AwsSolutions-SQS3',
      reason: 'It is the dead-letter queue, of Lambda destinations, rules and schedules, and has an alarm',
    })),
  ];
}

export function acknowledge(stack: Stack, acknowledgements: readonly Acknowledgement[]): void {
  for (const { path, rule, reason } of acknowledgements) {
    const construct = path
      .split('/')
      .reduce<IConstruct>((parent, part) => parent.node.findChild(part), stack);
    Validations.of(construct).acknowledge({ id: `AwsSolutions::${rule}`, reason });
  }
}
