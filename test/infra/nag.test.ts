import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { stackWith } from './synthesised.ts';

describe('cdk-nag', () => {
  test('the AwsSolutions rules, and CloudFormation’s, find nothing that is not acknowledged', () => {
    const { app } = stackWith({}, true);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    app.synth();
  }, 120_000);

  test('what is acknowledged is known, one by one, with its reason', () => {
    const { stack: nagged } = stackWith();
    const short = (rule: string): string =>
      rule
        .replace('AwsSolutions-', '')
        .replace(/arn:<AWS::Partition>:(\w+):<AWS::Region>:<AWS::AccountId>:/, '$1 ')
        .replace(/<StorageBucket\w+\.Arn>/, 'bucket');
    expect(nagged.acknowledgements.map(({ path, rule }) => `${path}: ${short(rule)}`).sort()).toEqual(
      ACKNOWLEDGED,
    );
    expect(nagged.acknowledgements.filter(({ reason }) => reason.length < 40)).toEqual([]);
  });
});

const ACKNOWLEDGED = [
  'Failures/Failed: SQS3',
  'Failures/Undelivered: SQS3',
  ...['discover', 'finalize', 'harvest'].flatMap((name) => [
    `Functions/${name}-role: IAM5[Resource::bucket/*]`,
    `Functions/${name}-role: IAM5[Resource::bucket/staging/*]`,
    `Functions/${name}-role: IAM5[Resource::bucket/ledgers/*]`,
  ]),
  'Functions/api-role: IAM5[Resource::bucket/ledgers/*]',
  'Functions/api-role: IAM5[Resource::bucket/ledgers/harvester=*/choices/*]',
  ...['api', 'discover', 'harvest'].map(
    (name) => `Functions/${name}-role: IAM5[Resource::secretsmanager secret:reeve/*]`,
  ),
  ...['api', 'finalize', 'monitor', 'start', 'sweep'].flatMap((name) => [
    `Functions/${name}-role: IAM5[Resource::scheduler schedule/Reeve-checks/*]`,
    `Functions/${name}-role: IAM5[Resource::states execution:Reeve-harvest:*]`,
  ]),
  ...['api', 'start'].map(
    (name) => `Functions/${name}-role: IAM5[Resource::scheduler schedule/Reeve-harvests/*]`,
  ),
  'Storage/Bucket: S1',
  'Workflow/Role: IAM5[Resource::*]',
  'Workflow/Role: IAM5[Resource::states execution:Reeve-harvest/Batches:*]',
  'Workflow/Role: IAM5[Resource::states execution:Reeve-harvest:*]',
  'Workflow/StateMachine: SF1',
].sort();
