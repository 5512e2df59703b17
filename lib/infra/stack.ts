/** The stack: storage, Lambdas, state machine, watch, alarms, dashboard; put together, nothing decided. */
import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { acknowledge, acknowledgementsOf, type Acknowledgement } from './acknowledgements.ts';
import { Alarms } from './alarms.ts';
import { Api } from './api.ts';
import { Board } from './board.ts';
import { Failures } from './failures.ts';
import type { FunctionName } from './function-names.ts';
import { Functions, type CodeOf, type HandlerUses, type Variables } from './functions.ts';
import type { Granted } from './grants.ts';
import { namesOf, type Names } from './names.ts';
import { Schedules } from './schedules.ts';
import type { Settings } from './settings.ts';
import { Storage } from './storage.ts';
import { Watch } from './watch.ts';
import { Workflow } from './workflow.ts';

export interface ReeveStackProps extends StackProps {
  readonly settings: Settings;
  readonly handlers: HandlerUses;
  readonly code: CodeOf;
}

/** The two groups of schedules that are made at run time. */
interface Groups {
  readonly checks: Schedules;
  readonly harvests: Schedules;
}

/** What the Lambdas are told of and granted. */
interface Parts {
  readonly names: Names;
  readonly settings: Settings;
  readonly storage: Storage;
  readonly failures: Failures;
  readonly bus: EventBus;
  readonly groups: Groups;
}

export class ReeveStack extends Stack {
  readonly acknowledgements: readonly Acknowledgement[];

  constructor(scope: Construct, id: string, props: ReeveStackProps) {
    super(scope, id, { ...props, stackName: props.settings.stackName });
    const { settings, handlers, code } = props;
    const names = namesOf(this);
    const storage = new Storage(this, 'Storage', settings);
    const failures = new Failures(this, 'Failures');
    const bus = new EventBus(this, 'Bus', { eventBusName: names.eventBus });
    const parts: Parts = { names, settings, storage, failures, bus, groups: this.#groups(names, failures) };
    const functions = new Functions(this, 'Functions', {
      handlers,
      code,
      names,
      settings,
      failures: failures.failed,
      granted: grantedBy(parts),
      variables: variablesOf(this.stackName, parts),
    });
    const api = new Api(this, 'Api', { settings, handler: functions.of('api') });
    const workflow = new Workflow(this, 'Workflow', { names, settings });
    new Watch(this, 'Watch', {
      names,
      settings,
      undelivered: failures.undelivered,
      finalize: functions.of('finalize'),
      sweep: functions.of('sweep'),
    });
    const alarms = new Alarms(this, 'Alarms', { names, settings, failures, functions });
    new Board(this, 'Board', { names, storage, functions, failures, workflow, alarms });
    for (const [name, value] of Object.entries(outputsOf(parts, alarms, api)))
      new CfnOutput(this, name, { value });
    this.acknowledgements = acknowledgementsOf(this, { handlers, storage, settings });
    acknowledge(this, this.acknowledgements);
  }

  #groups(names: Names, { undelivered }: Failures): Groups {
    const group = (id: string, groupName: string, called: FunctionName) =>
      new Schedules(this, id, { names, groupName, functionArn: names.functionArn(called), undelivered });
    return {
      checks: group('Checks', names.checksGroup, 'monitor'),
      harvests: group('Harvests', names.harvestsGroup, 'start'),
    };
  }
}

function grantedBy({ names, settings, storage, bus, groups }: Parts): Granted {
  return {
    names,
    tableArn: storage.table.tableArn,
    bucketArn: storage.bucket.bucketArn,
    checksRoleArn: groups.checks.role.roleArn,
    harvestsRoleArn: groups.harvests.role.roleArn,
    eventBusArn: bus.eventBusArn,
    secretArns: names.secretArns(settings.secretsPrefix),
    secretsKmsKeyArn: settings.secretsKmsKeyArn,
    secretsService: `secretsmanager.${Stack.of(bus).region}.${Aws.URL_SUFFIX}`,
  };
}

function variablesOf(
  stackName: string,
  { names, settings, storage, failures, bus, groups }: Parts,
): Variables {
  return {
    REEVE_STACK: stackName,
    REEVE_LIMITS: JSON.stringify(settings.limitChanges),
    REEVE_TABLE: storage.table.tableName,
    REEVE_BUCKET: storage.bucket.bucketName,
    REEVE_STATE_MACHINE_ARN: names.stateMachineArn,
    REEVE_MONITOR_ARN: names.functionArn('monitor'),
    REEVE_FINALIZE_ARN: names.functionArn('finalize'),
    REEVE_CHECKS_GROUP: names.checksGroup,
    REEVE_CHECKS_ROLE_ARN: groups.checks.role.roleArn,
    REEVE_START_ARN: names.functionArn('start'),
    REEVE_HARVESTS_GROUP: names.harvestsGroup,
    REEVE_HARVESTS_ROLE_ARN: groups.harvests.role.roleArn,
    REEVE_UNDELIVERED_ARN: failures.undelivered.queueArn,
    REEVE_EVENT_BUS: bus.eventBusName,
    REEVE_REMOTE_POLICY: JSON.stringify(settings.remotePolicyChanges),
    REEVE_SECRETS_PREFIX: settings.secretsPrefix,
  };
}

/** What people, the runbook and tests need to find their way in the stack. */
function outputsOf(
  { names, storage, failures, bus, groups }: Parts,
  alarms: Alarms,
  api: Api,
): Readonly<Record<string, string>> {
  return {
    ApiUrl: api.url,
    TableName: storage.table.tableName,
    BucketName: storage.bucket.bucketName,
    StateMachineArn: names.stateMachineArn,
    StartFunction: names.functionName('start'),
    EventBusName: bus.eventBusName,
    ChecksGroup: names.checksGroup,
    ChecksRoleArn: groups.checks.role.roleArn,
    HarvestsGroup: names.harvestsGroup,
    HarvestsRoleArn: groups.harvests.role.roleArn,
    AlarmTopicArn: alarms.topic.topicArn,
    FailedQueueUrl: failures.failed.queueUrl,
    UndeliveredQueueUrl: failures.undelivered.queueUrl,
    UndeliveredQueueArn: failures.undelivered.queueArn,
  };
}
