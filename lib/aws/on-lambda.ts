/** Runs a handler as a Lambda: its world from the environment, its input from whatever called it, its errors by name. */
import { runnable, type Handler } from '../handler.ts';
import type { PortName } from '../ports.ts';
import { familyOf, sentenceOf } from '../session/errors.ts';
import { inputOf } from './trigger-input.ts';
import { openWorld, type Adapters } from './world.ts';

/** What is used of Lambda's context. */
export interface LambdaContext {
  readonly awsRequestId: string;
  getRemainingTimeInMillis(): number;
}
export type LambdaFunction = (event: unknown, context: LambdaContext) => Promise<unknown>;

/** Lambda kills without warning: a handler is told that it has less time than it has. */
const MARGIN_MILLIS = 3_000;

/**
 * What is thrown crosses as it is: Lambda reports `error.name` as `errorType`, and the state machine retries and catches by it. A bug and a
 * bad input are logged as errors, the world's not being ready as a warning.
 *
 * @throws SettingsInvalid at once, when the environment lacks what the handler's ports need
 */
export function onLambda<Input, Output, Uses extends PortName>(
  handler: Handler<Input, Output, Uses>,
  adapters: Adapters<Uses>,
  source: Readonly<Record<string, string | undefined>> = process.env,
): LambdaFunction {
  const { ports, ambient, limits } = openWorld(handler, adapters, source);
  const lambda = runnable(handler);
  return async (event, context) => {
    ambient.log.forRequest(context.awsRequestId);
    const timeLeftMillis = () => context.getRemainingTimeInMillis() - MARGIN_MILLIS;
    try {
      return await lambda.invoke(inputOf(event), ports, { limits, timeLeftMillis });
    } catch (error) {
      const name = error instanceof Error ? error.name : 'Error';
      const fields = { error: name, because: sentenceOf(error) };
      if (familyOf(error) === 'again') ambient.log.warn('the handler asks to be called again', fields);
      else ambient.log.error('the handler failed', { ...fields, ...stackOf(error) });
      throw error;
    } finally {
      ambient.metrics.flush();
    }
  };
}

/** Where a bug lies; what we named ourselves needs no stack. */
function stackOf(error: unknown): { stack?: string } {
  return familyOf(error) === 'bug' && error instanceof Error ? { stack: error.stack ?? '' } : {};
}
