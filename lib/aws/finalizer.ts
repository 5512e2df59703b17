/** Calls the finalizer's Lambda and does not wait for it: Lambda accepts the call and sees to it, twice more if it fails. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Finalizer } from '../ports.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling } from './faults.ts';
import type { Adapter } from './world.ts';

export const finalizer: Adapter<'finalizer'> = (environment) =>
  createFinalizer(environment, new LambdaClient(clientSettings()));

export function createFinalizer(
  { REEVE_FINALIZE_ARN: functionArn }: EnvironmentOf<'finalizer'>,
  client: LambdaClient,
): Finalizer {
  return {
    async call(call) {
      const command = new InvokeCommand({
        FunctionName: functionArn,
        InvocationType: 'Event',
        Payload: Buffer.from(JSON.stringify(call)),
      });
      await calling(`Invoke of the finalizer for session ${call.session}`, () => client.send(command));
    },
  };
}
