import { describe, expect, test } from 'vitest';
import { INTEGRATION_SECONDS } from '../../lib/infra/api.ts';
import { settingsFrom } from '../../lib/infra/settings.ts';
import { plain, Reading } from './synthesised.ts';

const stack = new Reading();
const JWT = {
  'reeve:apiAuthorization': 'jwt',
  'reeve:jwtIssuer': 'https://login.example.org/',
  'reeve:jwtAudience': 'reeve, reeve-cli',
};

describe('the HTTP API', () => {
  test('has one route, which leads to the api Lambda and wants a signature', () => {
    const routes = stack.properties('AWS::ApiGatewayV2::Route');
    expect(routes).toEqual([
      expect.objectContaining({ RouteKey: '$default', AuthorizationType: 'AWS_IAM' }) as object,
    ]);
    const [integration] = stack.properties('AWS::ApiGatewayV2::Integration');
    expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
    expect(plain(integration?.['IntegrationUri'])).toMatch(/^<Functionsapi\w+\.Arn>$/);
  });

  test('answers before its caller is given up: the Lambda ends before the integration', () => {
    const [integration] = stack.properties('AWS::ApiGatewayV2::Integration');
    expect(integration?.['TimeoutInMillis']).toBe(INTEGRATION_SECONDS * 1_000);
    expect(stack.functionOf('api')['Timeout']).toBeLessThan(INTEGRATION_SECONDS);
  });

  test('may be called by API Gateway for this API only', () => {
    const permissions = stack
      .properties('AWS::Lambda::Permission')
      .filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
    expect(permissions).toHaveLength(1);
    expect(plain(permissions[0]?.['SourceArn'])).toMatch(/:execute-api:.*:<ApiHttpApi\w+>\/\*\/\*$/);
  });

  test('keeps a rate, and logs who asked for what but no query', () => {
    const [stage] = stack.properties('AWS::ApiGatewayV2::Stage');
    expect(stage).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
    });
    const { Format, DestinationArn } = stage?.['AccessLogSettings'] as Record<string, unknown>;
    expect(JSON.parse(Format as string)).toMatchObject({ path: '$context.path', status: '$context.status' });
    expect(Format).not.toContain('query');
    expect(plain(DestinationArn)).toMatch(/^<ApiLog\w+\.Arn>$/);
  });

  test('with tokens wants one of the issuer for the audience', () => {
    const tokens = new Reading(JWT);
    expect(tokens.properties('AWS::ApiGatewayV2::Route')).toEqual([
      expect.objectContaining({ RouteKey: '$default', AuthorizationType: 'JWT' }) as object,
    ]);
    expect(tokens.properties('AWS::ApiGatewayV2::Authorizer')).toEqual([
      expect.objectContaining({
        AuthorizerType: 'JWT',
        JwtConfiguration: { Issuer: 'https://login.example.org/', Audience: ['reeve', 'reeve-cli'] },
      }) as object,
    ]);
  });

  test.each([
    [{ ...JWT, 'reeve:jwtIssuer': undefined }, 'reeve:apiAuthorization jwt needs reeve:jwtIssuer'],
    [{ ...JWT, 'reeve:jwtAudience': ' , ' }, 'reeve:apiAuthorization jwt needs reeve:jwtAudience'],
    [{ ...JWT, 'reeve:jwtIssuer': 'http://login.example.org/' }, 'reeve:jwtIssuer: must be an https URL'],
    [{ ...JWT, 'reeve:apiAuthorization': 'iam' }, 'are for reeve:apiAuthorization jwt; it is iam'],
    [{ 'reeve:apiAuthorization': 'none' }, 'reeve:apiAuthorization: '],
    [{ 'reeve:apiRequestsPerSecond': '0' }, 'reeve:apiRequestsPerSecond: '],
  ])('is never open: %o is refused', (context, fault) => {
    expect(() => settingsFrom(context, undefined)).toThrow(fault);
  });
});
