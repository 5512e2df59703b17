/** The HTTP API in front of the api Lambda: one route, behind an authorizer; which paths there are is the Lambda's contract. */
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
  type IHttpRouteAuthorizer,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { retentionOf } from './retention.ts';
import type { Settings } from './settings.ts';

/** API Gateway waits no longer; the Lambda ends before. */
export const INTEGRATION_SECONDS = 29;

/** Who asked for what and how it ended; no query, which may say more than it should. */
const LOGGED = {
  requestId: '$context.requestId',
  at: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.path',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  millis: '$context.responseLatency',
  caller: '$context.identity.userArn',
  subject: '$context.authorizer.claims.sub',
  sourceIp: '$context.identity.sourceIp',
  error: '$context.integrationErrorMessage',
} as const;

export interface ApiProps {
  readonly settings: Pick<Settings, 'api' | 'logRetentionDays'>;
  readonly handler: IFunction;
}

export class Api extends Construct {
  readonly url: string;
  readonly id: string;

  constructor(scope: Construct, id: string, { settings, handler }: ApiProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const { requestsPerSecond, burst } = settings.api;
    const api = new HttpApi(this, 'HttpApi', {
      apiName: stackName,
      description: `${stackName}: harvesters and their sessions`,
      createDefaultStage: false,
      defaultIntegration: new HttpLambdaIntegration('Lambda', handler, {
        payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
        timeout: Duration.seconds(INTEGRATION_SECONDS),
      }),
      defaultAuthorizer: authorizerOf(settings.api),
    });
    const log = new LogGroup(this, 'Log', {
      logGroupName: `/aws/apigateway/${stackName}`,
      retention: retentionOf(settings.logRetentionDays),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const stage = new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(log),
        format: AccessLogFormat.custom(JSON.stringify(LOGGED)),
      },
      detailedMetricsEnabled: true,
    });
    this.url = stage.url;
    this.id = api.apiId;
  }
}

/** Signatures of the account's own principals, or tokens of an issuer: never nobody. */
function authorizerOf({ authorization, issuer, audience }: Settings['api']): IHttpRouteAuthorizer {
  if (authorization === 'iam') return new HttpIamAuthorizer();
  return new HttpJwtAuthorizer('Jwt', issuer ?? '', { jwtAudience: [...audience] });
}
