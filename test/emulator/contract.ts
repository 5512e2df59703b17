/** The contract suite of the ports on the deployed stack's own services. */
import { CreateStateMachineCommand, DeleteStateMachineCommand } from '@aws-sdk/client-sfn';
import { createExecutions } from '../../lib/aws/executions.ts';
import type { Ports } from '../../lib/ports.ts';
import { batchesContract } from '../contract/batches.ts';
import { checksContract, executionsContract } from '../contract/executions.ts';
import { harvestersContract } from '../contract/harvesters.ts';
import { recordsContract } from '../contract/records.ts';
import { sessionsContract } from '../contract/sessions.ts';
import type { ContractWorld } from '../contract/world.ts';
import type { Deployed } from './deployed.ts';

export function awsContract(stack: () => Deployed): void {
  const world: ContractWorld = { name: 'AWS, emulated', open: () => open(stack()) };
  sessionsContract(world);
  harvestersContract(world);
  batchesContract(world);
  recordsContract(world);
  executionsContract(world);
  checksContract(world);
}

/** The contract wants executions that do not end by themselves: those of a machine that waits. */
async function open(stack: Deployed): Promise<{ ports: Ports; close: () => Promise<void> }> {
  const definition = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 3_600, End: true } } };
  const { stateMachineArn = '' } = await stack.sfn.send(
    new CreateStateMachineCommand({
      name: `waits-${stack.ports.chance.token()}`,
      definition: JSON.stringify(definition),
      roleArn: stack.output('ChecksRoleArn'),
    }),
  );
  const executions = createExecutions({ REEVE_STATE_MACHINE_ARN: stateMachineArn }, stack.sfn);
  return {
    ports: { ...stack.ports, executions } as unknown as Ports,
    close: async () => {
      await stack.sfn.send(new DeleteStateMachineCommand({ stateMachineArn }));
    },
  };
}
