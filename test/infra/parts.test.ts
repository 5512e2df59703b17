import { describe, expect, test } from 'vitest';
import { tableDefinition } from '../../lib/aws/dynamodb/definition.ts';
import { MAP_LABEL } from '../../lib/infra/names.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { ACCOUNT, plain, Reading, resourcesWith, type Statement } from './synthesised.ts';

const stack = new Reading();

describe('the state machine', () => {
  const [machine = {}] = stack.properties('AWS::StepFunctions::StateMachine');

  test('is the workflow itself, with the Lambdas’ ARNs put in', () => {
    const functions = { discover: '${discover}', harvest: '${harvest}', finalize: '${finalize}' };
    expect(JSON.parse(machine['DefinitionString'] as string)).toEqual(
      harvestWorkflow(functions, DEFAULT_LIMITS),
    );
    const substitutions = machine['DefinitionSubstitutions'] as Record<string, unknown>;
    for (const name of ['discover', 'harvest', 'finalize'])
      expect(plain(substitutions[name])).toBe(
        `arn:<AWS::Partition>:lambda:${ACCOUNT}:function:Reeve-${name}`,
      );
    expect(machine['StateMachineType']).toBe('STANDARD');
  });

  test('retries throttled Lambdas, tolerates every failed child, and has the Map’s label that its permissions name', () => {
    const text = machine['DefinitionString'] as string;
    expect(text).toContain('Lambda.TooManyRequestsException');
    expect(text).toContain('"ToleratedFailurePercentage":100');
    expect(text).toContain(`"Label":"${MAP_LABEL}"`);
  });

  test('logs errors without the data of executions', () => {
    expect(machine['LoggingConfiguration']).toMatchObject({ Level: 'ERROR', IncludeExecutionData: false });
  });
});

describe('what wakes the watch', () => {
  test('the event of an execution that ended badly calls the finalizer, for exactly this machine', () => {
    const rules = stack
      .properties('AWS::Events::Rule')
      .filter(({ EventPattern }) => EventPattern !== undefined);
    expect(rules).toHaveLength(1);
    const pattern = rules[0]!['EventPattern'] as { detail: { status: string[]; stateMachineArn: unknown[] } };
    expect(pattern).toMatchObject({
      source: ['aws.states'],
      'detail-type': ['Step Functions Execution Status Change'],
    });
    expect(pattern.detail.status).toEqual(['FAILED', 'TIMED_OUT', 'ABORTED']);
    expect(pattern.detail.stateMachineArn.map(plain)).toEqual([
      `arn:<AWS::Partition>:states:${ACCOUNT}:stateMachine:Reeve-harvest`,
    ]);
  });

  test('the sweep comes every 15 minutes, and what is not delivered is kept', () => {
    const rules = stack.properties('AWS::Events::Rule');
    expect(rules.map(({ ScheduleExpression }) => ScheduleExpression)).toContain('rate(15 minutes)');
    for (const { Targets } of rules) {
      for (const target of Targets as { DeadLetterConfig: { Arn: unknown } }[])
        expect(plain(target.DeadLetterConfig.Arn)).toMatch(/^<FailuresUndelivered\w+\.Arn>$/);
    }
  });

  test('there is a group for checks and one for recurring harvests', () => {
    expect(
      stack
        .properties('AWS::Scheduler::ScheduleGroup')
        .map(({ Name }) => Name)
        .sort(),
    ).toEqual(['Reeve-checks', 'Reeve-harvests']);
  });
});

describe('storage', () => {
  test('the table is the one that the code defines: on demand, encrypted, recoverable', () => {
    const [table = {}] = stack.properties('AWS::DynamoDB::Table');
    const defined = tableDefinition('any');
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: defined.KeySchema,
      SSESpecification: { SSEEnabled: true },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
    const indexes = table['GlobalSecondaryIndexes'] as {
      IndexName: string;
      KeySchema: unknown;
      Projection: unknown;
    }[];
    expect(
      indexes.map(({ IndexName, KeySchema, Projection }) => ({ IndexName, KeySchema, Projection })),
    ).toEqual(defined.GlobalSecondaryIndexes);
    const names = (attributes: unknown) =>
      (attributes as { AttributeName: string }[]).map(({ AttributeName }) => AttributeName).sort();
    expect(names(table['AttributeDefinitions'])).toEqual(names(defined.AttributeDefinitions));
  });

  test('the bucket is private and encrypted, speaks TLS only, and forgets what was staged after 30 days', () => {
    const [bucket = {}] = stack.properties('AWS::S3::Bucket');
    expect(bucket['PublicAccessBlockConfiguration']).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
    expect(JSON.stringify(bucket['BucketEncryption'])).toContain('AES256');
    expect((bucket['LifecycleConfiguration'] as { Rules: unknown[] }).Rules).toContainEqual(
      expect.objectContaining({ Prefix: 'staging/', ExpirationInDays: 30, Status: 'Enabled' }),
    );
    const [policy = {}] = stack.properties('AWS::S3::BucketPolicy');
    const denied = (policy['PolicyDocument'] as { Statement: Statement[] }).Statement.filter(
      ({ Effect }) => Effect === 'Deny',
    );
    expect(denied.map(({ Condition }) => Condition)).toContainEqual({
      Bool: { 'aws:SecureTransport': 'false' },
    });
  });

  test('the queues are encrypted and speak TLS only', () => {
    expect(
      stack.properties('AWS::SQS::Queue').map(({ SqsManagedSseEnabled }) => SqsManagedSseEnabled),
    ).toEqual([true, true]);
    const policies = JSON.stringify(stack.properties('AWS::SQS::QueuePolicy'));
    expect(policies.match(/"aws:SecureTransport":"false"/g)).toHaveLength(2);
  });

  test('nothing outlives the stack by itself, but an update that would replace the data keeps the old', () => {
    expect(
      Object.entries(stack.resources).filter(([, { DeletionPolicy }]) => DeletionPolicy === 'Retain'),
    ).toEqual([]);
    for (const type of ['AWS::DynamoDB::Table', 'AWS::S3::Bucket'])
      expect(
        stack
          .ofType(type)
          .map(([, { DeletionPolicy, UpdateReplacePolicy }]) => [DeletionPolicy, UpdateReplacePolicy]),
      ).toEqual([['Delete', 'Retain']]);
  });

  test('with reeve:keep=data the table and the bucket stay, and nothing else', () => {
    const kept = Object.values(resourcesWith({ 'reeve:keep': 'data' })).filter(
      ({ DeletionPolicy }) => DeletionPolicy === 'Retain',
    );
    expect(kept.map(({ Type }) => Type).sort()).toEqual(['AWS::DynamoDB::Table', 'AWS::S3::Bucket']);
  });

  test('every log group has an end, and no Lambda makes one by itself that would stay for ever', () => {
    for (const { LoggingConfig } of stack.properties('AWS::Lambda::Function'))
      expect(plain((LoggingConfig as { LogGroup: unknown } | undefined)?.LogGroup)).toMatch(/^<\w+>$/);
    expect(
      stack.properties('AWS::Logs::LogGroup').filter(({ RetentionInDays }) => RetentionInDays === undefined),
    ).toEqual([]);
  });
});
