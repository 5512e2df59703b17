import { describe, expect, test } from 'vitest';
import { httpRequestOf, isHttpEvent } from '../../lib/aws/http-event.ts';

describe('an event of API Gateway', () => {
  test('is read as the request that it stands for', () => {
    const event = {
      version: '2.0',
      rawPath: '/harvesters/county/sessions',
      rawQueryString: 'limit=2',
      headers: { 'Content-Type': 'application/json' },
      body: Buffer.from('{"full":true}').toString('base64'),
      isBase64Encoded: true,
      requestContext: { stage: '$default', http: { method: 'POST' } },
    };
    expect(isHttpEvent(event)).toBe(true);
    expect(httpRequestOf(event)).toEqual({
      method: 'POST',
      path: '/harvesters/county/sessions',
      query: 'limit=2',
      headers: { 'content-type': 'application/json' },
      body: { base64: event.body },
    });
    expect(
      httpRequestOf({
        ...event,
        rawPath: '/live/sessions',
        requestContext: { stage: 'live', http: { method: 'GET' } },
      }).path,
    ).toBe('/sessions');
    expect(isHttpEvent({ session: 's', check: 1 })).toBe(false);
  });
});
