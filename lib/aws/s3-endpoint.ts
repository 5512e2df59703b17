/** In place of the S3 client's own rules inside a Lambda's bundle: the address of a bucket in the path, in the account's own region. */
import { partition } from '@aws-sdk/core/client';

/** What is used of the client's parameters. */
export interface EndpointParameters {
  readonly Bucket?: string | undefined;
  readonly Region?: string | undefined;
  /** Set for everything that speaks S3 and is not AWS. */
  readonly Endpoint?: string | undefined;
}

/** As the client's own rules answer for `ForcePathStyle` (held against them by a test). */
export function defaultEndpointResolver({ Bucket, Region = '', Endpoint }: EndpointParameters) {
  const base = Endpoint ?? `https://s3.${Region}.${partition(Region).dnsSuffix}`;
  const bucket = Bucket === undefined ? '' : `/${encodeURIComponent(Bucket)}`;
  return {
    url: new URL(`${base.replace(/\/+$/, '')}${bucket}`),
    headers: {},
    properties: {
      authSchemes: [{ name: 'sigv4', signingName: 's3', signingRegion: Region, disableDoubleEncoding: true }],
    },
  };
}
