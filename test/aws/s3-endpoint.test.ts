import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, test } from 'vitest';
import { defaultEndpointResolver } from '../../lib/aws/s3-endpoint.ts';

/** As the client's own rules have it. */
function ruled(parameters: { Region: string; Bucket?: string; Endpoint?: string }) {
  const { config } = new S3Client({ region: 'us-east-1' });
  const { url, headers, properties } = config.endpointProvider({ ...parameters, ForcePathStyle: true });
  return { url: url.href, headers, properties };
}

describe('the address of a bucket', () => {
  test.each([
    { Region: 'us-east-1', Bucket: 'reeve-bucket' },
    { Region: 'eu-central-1', Bucket: 'reeve.bucket-2' },
    { Region: 'us-gov-west-1', Bucket: 'reeve-bucket' },
    { Region: 'cn-north-1', Bucket: 'reeve-bucket' },
    { Region: 'eu-west-1', Bucket: 'reeve-bucket', Endpoint: 'https://localhost:4566' },
    { Region: 'eu-west-1', Bucket: 'reeve-bucket', Endpoint: 'http://127.0.0.1:9000/s3/' },
  ])('is the one that the S3 client would ask: $Region $Bucket $Endpoint', (parameters) => {
    const { url, headers, properties } = defaultEndpointResolver(parameters);
    expect({ url: url.href, headers, properties }).toEqual(ruled(parameters));
  });
});
