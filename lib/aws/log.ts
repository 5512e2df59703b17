/** Structured logs through Powertools: one JSON line each, with the stack, the handler and the request. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../ports.ts';

export interface LambdaLog extends Log {
  /** From here on every line says which request it belongs to. */
  forRequest(requestId: string): void;
}

/** The level is the one that the Lambda's own log settings name (AWS_LAMBDA_LOG_LEVEL). */
export function createLog(stack: string, handler: string): LambdaLog {
  const logger = new Logger({ serviceName: stack, persistentKeys: { handler } });
  return {
    debug: (message, fields) => logger.debug(message, { ...fields }),
    info: (message, fields) => logger.info(message, { ...fields }),
    warn: (message, fields) => logger.warn(message, { ...fields }),
    error: (message, fields) => logger.error(message, { ...fields }),
    forRequest: (requestId) => logger.appendPersistentKeys({ request: requestId }),
  };
}
