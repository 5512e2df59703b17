/** How every AWS client but the table's asks: bounded in time, repeated a few times. */
import { NodeHttpHandler } from '@smithy/node-http-handler';

const CONNECTION_MILLIS = 2_000;
const REQUEST_MILLIS = 10_000;
const ATTEMPTS_MAX = 4;

/** The SDK's own default is to wait for ever. */
export function clientSettings() {
  return {
    retryMode: 'standard',
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECTION_MILLIS,
      requestTimeout: REQUEST_MILLIS,
      throwOnRequestTimeout: true,
    }),
  };
}
