/**
 * Where MiniStack 1.5.33 deviates from AWS and a deployment would not run without help. The product follows AWS; what helps is done here, to the emulator.
 *
 * Deviations that the scenarios only have to know of:
 * - An error of a Node.js Lambda is reported as `Runtime.HandlerError` whatever its name (AWS: `error.name`), so retries by name are not seen here.
 * - `MaxConcurrencyPath` of a Map is ignored: all batches of a wave are harvested at once. `TimeoutSeconds` is not kept.
 * - Scheduler looks every ten seconds, and takes a time in the past, which AWS refuses.
 * - A reader of Step Functions gets the same `stopDate` for an execution that was stopped before.
 */
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { PutBucketTaggingCommand } from '@aws-sdk/client-s3';
import type { Deployed } from './deployed.ts';

/**
 * IAM: a schedule's ARN is `schedule/<group>/<name>`; the emulator authorizes as if every schedule were in the group `default`, so the stack's
 * roles, which may only touch their own group, are refused. They get the same permission for that group here.
 */
export async function allowSchedulesAsTheEmulatorNamesThem(stack: Deployed): Promise<void> {
  for (const name of ['api', 'start', 'finalize', 'monitor', 'sweep'] as const) {
    const { Role = '' } = await stack.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: stack.functionArn(name) }),
    );
    const statement = {
      Effect: 'Allow',
      Action: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
      Resource: 'arn:aws:scheduler:us-east-1:000000000000:schedule/default/*',
    };
    await stack.iam.send(
      new PutRolePolicyCommand({
        RoleName: Role.split('/').at(-1),
        PolicyName: 'what-the-emulator-calls-the-group',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    );
  }
}

/** CloudFormation: a bucket's tags are left out. The CDK's own Lambda empties a bucket that goes only when it has this one. */
export async function tagTheBucketAsTheTemplateDoes(stack: Deployed): Promise<void> {
  const TagSet = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
  await stack.s3.send(
    new PutBucketTaggingCommand({ Bucket: stack.output('BucketName'), Tagging: { TagSet } }),
  );
}
