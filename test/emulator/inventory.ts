/** What there is in the account, by name. */
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { ListTablesCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ListEventBusesCommand, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListBucketsCommand } from '@aws-sdk/client-s3';
import { ListScheduleGroupsCommand, ListSchedulesCommand } from '@aws-sdk/client-scheduler';
import { ListStateMachinesCommand } from '@aws-sdk/client-sfn';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import type { Deployed } from './deployed.ts';

/** Everything of which a part of the name begins so, in whatever case: `<service> <name>`. */
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
    ...(await watching(stack)),
    table: (await dynamodb.send(new ListTablesCommand({}))).TableNames ?? [],
  };
  return Object.entries(found).flatMap(([kind, names]) =>
    names.flatMap((name) =>
      name?.toLowerCase().split(/[/-]/).includes(prefix) === true ? [`${kind} ${name}`] : [],
    ),
  );
}

/** What goes on costing money or sending mail when nobody harvests any more. */
async function watching({ config }: Deployed): Promise<Record<string, (string | undefined)[]>> {
  const cloudwatch = new CloudWatchClient(config);
  const logs = new CloudWatchLogsClient(config);
  const apis = new ApiGatewayV2Client(config);
  return {
    alarm: ((await cloudwatch.send(new DescribeAlarmsCommand({}))).MetricAlarms ?? []).map(
      ({ AlarmName }) => AlarmName,
    ),
    // The emulator's list of dashboards has dates that the SDK cannot read.
    dashboard: await cloudwatch.send(new GetDashboardCommand({ DashboardName: 'Reeve' })).then(
      ({ DashboardName }) => [DashboardName],
      (error: unknown) => {
        if (error instanceof Error && /NotFound/.test(error.name)) return [];
        throw error;
      },
    ),
    'log group': ((await logs.send(new DescribeLogGroupsCommand({}))).logGroups ?? []).map(
      ({ logGroupName }) => logGroupName,
    ),
    api: ((await apis.send(new GetApisCommand({}))).Items ?? []).map(({ Name }) => Name),
  };
}
