/** What there is in the account, by name. */
import { ListTablesCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListScheduleGroupsCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Deployed } from './deployed.ts';

/** Everything whose name begins so, in whatever case: `<service> <name>`. */
export async function everythingNamed(stack: Deployed, prefix: string): Promise<string[]> {
  const { lambda, sfn, scheduler, events, sqs, s3, iam } = stack;
  const dynamodb = new DynamoDBClient(stack.config);
  const found: Readonly<Record<string, readonly (string | undefined)[]>> = {
    function: ((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).map(
      ({ FunctionName }) => FunctionName,
    ),
    'state machine': ((await sfn.send(new ListStateMachinesCommand({}))).stateMachines ?? []).map(
      ({ name }) => name,
    ),
    'schedule group': ((await scheduler.send(new ListScheduleGroupsCommand({}))).ScheduleGroups ?? []).map(
      ({ Name }) => Name,
    ),
    schedule: ((await scheduler.send(new ListSchedulesCommand({}))).Schedules ?? []).map(
      ({ GroupName }) => GroupName,
    ),
    rule: ((await events.send(new ListRulesCommand({}))).Rules ?? []).map(({ Name }) => Name),
    bus: ((await events.send(new ListEventBusesCommand({}))).EventBuses ?? []).map(({ Name }) => Name),
    queue: ((await sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).map((url) => url.split('/').at(-1)),
    bucket: ((await s3.send(new ListBucketsCommand({}))).Buckets ?? []).map(({ Name }) => Name),
    role: ((await iam.send(new ListRolesCommand({ MaxItems: 1_000 }))).Roles ?? []).map(
      ({ RoleName }) => RoleName,
    ),
    table: (await dynamodb.send(new ListTablesCommand({}))).TableNames ?? [],
  };
  return Object.entries(found).flatMap(([kind, names]) =>
    names.flatMap((name) => (name?.toLowerCase().startsWith(prefix) === true ? [`${kind} ${name}`] : [])),
  );
}
