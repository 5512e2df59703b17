import { describe, expect, test } from 'vitest';
import { HANDLERS } from '../../lambdas/index.ts';
import { COMMON_VARIABLES, VARIABLES_OF_PORT } from '../../lib/aws/variables.ts';
import { FUNCTION_NAMES } from '../../lib/infra/function-names.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import {
  ACCOUNT,
  listed,
  permissionsIn,
  plain,
  Reading,
  resourcesWith,
  type Statement,
} from './synthesised.ts';

const stack = new Reading();

describe('the Lambdas', () => {
  test('there is one for each handler', () => {
    expect([...stack.functions().keys()].sort()).toEqual(Object.keys(HANDLERS).sort());
    expect([...FUNCTION_NAMES].sort()).toEqual(Object.keys(HANDLERS).sort());
  });

  test.each(FUNCTION_NAMES)('%s runs on Node.js 24 and arm64, with a log group of its own', (name) => {
    expect(stack.functionOf(name)).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
    const groups = stack
      .properties('AWS::Logs::LogGroup')
      .filter(({ LogGroupName }) => LogGroupName === `/aws/lambda/Reeve-${name}`);
    expect(groups).toEqual([expect.objectContaining({ RetentionInDays: 30 })]);
  });

  test.each(FUNCTION_NAMES)('%s has the environment that its ports need, and nothing else', (name) => {
    const needed = new Set([
      ...COMMON_VARIABLES,
      ...HANDLERS[name].uses.flatMap((port) => VARIABLES_OF_PORT[port]),
    ]);
    const { Variables } = stack.functionOf(name)['Environment'] as { Variables: Record<string, unknown> };
    expect(Object.keys(Variables).sort()).toEqual([...needed].sort());
  });

  test('a Lambda is killed before the task that waits for it gives up', () => {
    expect(stack.functionOf('harvest')['Timeout']).toBeLessThan(DEFAULT_LIMITS.harvestTaskSeconds);
    expect(stack.functionOf('discover')['Timeout']).toBeLessThan(DEFAULT_LIMITS.discoverTaskSeconds);
    expect(stack.functionOf('finalize')['Timeout']).toBeLessThan(DEFAULT_LIMITS.finalizeTaskSeconds);
  });

  test('every Lambda that is called without waiting has a place for the calls that fail', () => {
    const configured = stack.properties('AWS::Lambda::EventInvokeConfig').map((config) => {
      expect(config).toMatchObject({ MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 21_600 });
      expect(
        plain((config['DestinationConfig'] as { OnFailure: { Destination: unknown } }).OnFailure.Destination),
      ).toMatch(/^<FailuresFailed\w+\.Arn>$/);
      return plain(config['FunctionName']).slice(1, -1);
    });
    const called = new Set<string>();
    for (const { Targets } of stack.properties('AWS::Events::Rule')) {
      for (const { Arn } of Targets as { Arn: unknown }[])
        called.add(plain(Arn).replace(/^<(.*)\.Arn>$/, '$1'));
    }
    // Those that the code calls: Scheduler the monitor and start, start, monitor and sweep the finalizer.
    for (const name of ['monitor', 'start', 'finalize'] as const)
      called.add(stack.functionOf(name)['id'] as string);
    expect(configured.sort()).toEqual([...called].sort());
  });
});

describe('permissions', () => {
  const all = stack.properties('AWS::IAM::Policy').flatMap(({ PolicyDocument, PolicyName }) =>
    (PolicyDocument as { Statement: Statement[] }).Statement.map((statement) => ({
      ...statement,
      PolicyName,
    })),
  );

  test('nobody may do everything with a service', () => {
    expect(all.filter(({ Action }) => listed(Action).some((action) => /\*/.test(action)))).toEqual([]);
  });

  test('everything as a resource is only where AWS knows no single ones: delivery of logs and X-Ray', () => {
    const actions = all
      .filter(({ Resource: on }) => listed(on).includes('*'))
      .flatMap(({ Action }) => listed(Action));
    expect(
      actions.filter(
        (action) =>
          !/^(logs:(\w*LogDeliver\w*|\w*ResourcePolic\w*|DescribeLogGroups)|xray:\w+)$/.test(action),
      ),
    ).toEqual([]);
    expect(actions.length).toBeGreaterThan(0);
  });

  test('a role is passed on only to Scheduler, and only the roles of the stack’s own schedules', () => {
    const passing = all.filter(({ Action }) => listed(Action).includes('iam:PassRole'));
    expect(passing.length).toBeGreaterThan(0);
    for (const { Action, Resource: on, Condition } of passing) {
      expect(listed(Action)).toEqual(['iam:PassRole']);
      expect(plain(on)).toMatch(/^<(Checks|Harvests)Role\w+\.Arn>$/);
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } });
    }
  });

  test.each(['discover', 'harvest'] as const)(
    '%s, which reads what strangers send, reaches sessions, records, the secrets of harvesters and nothing else',
    (name) => {
      const allowed = permissionsIn(stack.statementsOfFunction(name));
      expect(allowed.filter((one) => !/^(dynamodb|s3|logs):/.test(one))).toEqual([
        `secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:${ACCOUNT}:secret:reeve/*`,
      ]);
      expect(allowed.filter((one) => /^s3:Delete/.test(one))).toEqual([
        expect.stringMatching(/^s3:DeleteObject on <StorageBucket\w+\.Arn>\/staging\/\*$/),
        expect.stringMatching(/^s3:DeleteObject on <StorageBucket\w+\.Arn>\/ledgers\/\*$/),
      ]);
      const onItems = stack
        .statementsOfFunction(name)
        .filter(
          ({ Action, Resource: on }) =>
            listed(Action).some((action) => action.startsWith('dynamodb:')) &&
            !listed(on).some((one) => plain(one).includes('/index/')),
        );
      expect(onItems.length).toBeGreaterThan(0);
      for (const { Condition } of onItems)
        expect(Condition).toEqual({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['S#*'] } });
    },
  );

  test('only who asks remotes may read secrets, under the prefix that the settings give', () => {
    const readers = FUNCTION_NAMES.filter((name) =>
      permissionsIn(stack.statementsOfFunction(name)).some((one) => one.startsWith('secretsmanager:')),
    );
    expect(readers).toEqual(
      FUNCTION_NAMES.filter((name) => (HANDLERS[name].uses as readonly string[]).includes('remote')),
    );
    expect(readers.length).toBeGreaterThan(0);
    const other = resourcesWith({ 'reeve:secretsPrefix': 'gis/harvest/' });
    const text = JSON.stringify(Object.values(other).filter(({ Type }) => Type === 'AWS::IAM::Policy'));
    expect(text).toContain(':secret:gis/harvest/*');
    expect(text).not.toContain(':secret:reeve/');
    for (const { Type, Properties } of Object.values(other))
      if (Type === 'AWS::Lambda::Function' && JSON.stringify(Properties).includes('REEVE_REMOTE_POLICY'))
        expect(JSON.stringify(Properties)).toContain('"REEVE_SECRETS_PREFIX":"gis/harvest/"');
  });

  test('a key of their own is decrypted with by who reads secrets, through Secrets Manager alone', () => {
    const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    const policies = Object.entries(resourcesWith({ 'reeve:secretsKmsKeyArn': key }))
      .filter(([, { Type }]) => Type === 'AWS::IAM::Policy')
      .flatMap(([name, { Properties }]) => {
        const { Statement } = (Properties as { PolicyDocument: { Statement: { Action: unknown }[] } })
          .PolicyDocument;
        return Statement.filter(({ Action }) => JSON.stringify(Action).includes('kms:')).map(
          (one) => [name, one] as const,
        );
      });
    expect(policies.map(([name]) => name.replace(/^Functions|role.*$/g, '')).sort()).toEqual(
      FUNCTION_NAMES.filter((name) => (HANDLERS[name].uses as readonly string[]).includes('remote')).sort(),
    );
    for (const [, statement] of policies)
      expect(statement).toMatchObject({ Action: 'kms:Decrypt', Effect: 'Allow', Resource: key });
    expect(JSON.stringify(policies)).toContain('kms:ViaService');
    expect(JSON.stringify(resourcesWith({}))).not.toContain('kms:Decrypt');
  });

  test('only who calls the finalizer may, and nobody may call another Lambda', () => {
    const callers = FUNCTION_NAMES.filter((name) =>
      permissionsIn(stack.statementsOfFunction(name)).some((one) => one.startsWith('lambda:')),
    );
    expect(callers).toEqual(
      FUNCTION_NAMES.filter((name) => (HANDLERS[name].uses as readonly string[]).includes('finalizer')),
    );
    for (const name of callers) {
      const calls = permissionsIn(stack.statementsOfFunction(name)).filter((one) =>
        one.startsWith('lambda:'),
      );
      expect(calls).toEqual([
        `lambda:InvokeFunction on arn:<AWS::Partition>:lambda:${ACCOUNT}:function:Reeve-finalize`,
      ]);
    }
  });

  test.each([
    ['checks', 'monitor'],
    ['harvests', 'start'],
  ] as const)(
    'the role of the %s trusts Scheduler only for their group, and may call %s',
    (group, called) => {
      const [[id, role] = ['', undefined]] = stack
        .ofType('AWS::IAM::Role')
        .filter(([, { Properties }]) => JSON.stringify(Properties).includes(`schedule-group/Reeve-${group}`));
      const [trust] = (
        role?.Properties['AssumeRolePolicyDocument'] as { Statement: (Statement & { Principal: unknown })[] }
      ).Statement;
      expect(trust?.Principal).toEqual({ Service: 'scheduler.amazonaws.com' });
      const condition = (trust?.Condition as { StringEquals: Record<string, unknown> }).StringEquals;
      expect(
        Object.fromEntries(Object.entries(condition).map(([name, value]) => [name, plain(value)])),
      ).toEqual({
        'aws:SourceAccount': '<AWS::AccountId>',
        'aws:SourceArn': `arn:<AWS::Partition>:scheduler:${ACCOUNT}:schedule-group/Reeve-${group}`,
      });
      const invoking = stack.statementsOf(id).filter(({ Action }) => Action === 'lambda:InvokeFunction');
      expect(invoking.map(({ Resource: on }) => plain(on))).toEqual([
        `arn:<AWS::Partition>:lambda:${ACCOUNT}:function:Reeve-${called}`,
      ]);
    },
  );

  test('recurring harvests are made by who saves harvesters and mended by start, and by nobody else', () => {
    const group = `on arn:<AWS::Partition>:scheduler:${ACCOUNT}:schedule/Reeve-harvests/*`;
    for (const name of FUNCTION_NAMES) {
      const allowed = permissionsIn(stack.statementsOfFunction(name)).filter((one) => one.endsWith(group));
      expect(allowed.sort()).toEqual(
        name === 'api' || name === 'start'
          ? ['Create', 'Delete', 'Update'].map((verb) => `scheduler:${verb}Schedule ${group}`)
          : [],
      );
    }
  });

  test('the state machine may run its distributed Map: start itself, and see, stop and redrive its children', () => {
    const [[roleId] = ['']] = stack.ofType('AWS::IAM::Role').filter(([id]) => id.startsWith('WorkflowRole'));
    const allowed = stack
      .statementsOf(roleId)
      .flatMap(({ Action, Resource: on }) =>
        listed(Action).flatMap((action) => listed(on).map((resource) => `${action} on ${plain(resource)}`)),
      );
    const machine = `arn:<AWS::Partition>:states:${ACCOUNT}`;
    expect(allowed.filter((one) => one.startsWith('states:')).sort()).toEqual([
      `states:DescribeExecution on ${machine}:execution:Reeve-harvest/Batches:*`,
      `states:DescribeExecution on ${machine}:execution:Reeve-harvest:*`,
      `states:RedriveExecution on ${machine}:execution:Reeve-harvest/Batches:*`,
      `states:StartExecution on ${machine}:stateMachine:Reeve-harvest`,
      `states:StopExecution on ${machine}:execution:Reeve-harvest/Batches:*`,
      `states:StopExecution on ${machine}:execution:Reeve-harvest:*`,
    ]);
  });
});
