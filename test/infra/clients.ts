/** One call of every AWS client that the Lambdas have, to whatever server stands at an endpoint. */
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateScheduleCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const settings = (endpoint: string) => ({
  endpoint,
  region: 'eu-west-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  maxAttempts: 1,
});

export const CALLS = {
  dynamodb: (endpoint: string) =>
    new DynamoDBClient(settings(endpoint)).send(
      new PutItemCommand({ TableName: 't', Item: { id: { S: 'i' } } }),
    ),
  s3: (endpoint: string) =>
    new S3Client({ ...settings(endpoint), forcePathStyle: true }).send(
      new GetObjectCommand({ Bucket: 'b', Key: 'k' }),
    ),
  lambda: (endpoint: string) =>
    new LambdaClient(settings(endpoint)).send(new InvokeCommand({ FunctionName: 'f' })),
  sfn: (endpoint: string) =>
    new SFNClient(settings(endpoint)).send(
      new StartExecutionCommand({
        stateMachineArn: 'arn:aws:states:eu-west-1:1:stateMachine:s',
        input: '{}',
      }),
    ),
  scheduler: (endpoint: string) =>
    new SchedulerClient(settings(endpoint)).send(
      new CreateScheduleCommand({
        Name: 'n',
        ScheduleExpression: 'rate(1 hour)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: 'arn:aws:lambda:eu-west-1:1:function:f', RoleArn: 'arn:aws:iam::1:role/r' },
      }),
    ),
  events: (endpoint: string) =>
    new EventBridgeClient(settings(endpoint)).send(new PutEventsCommand({ Entries: [] })),
  secrets: (endpoint: string) =>
    new SecretsManagerClient(settings(endpoint)).send(new GetSecretValueCommand({ SecretId: 's' })),
} as const;
