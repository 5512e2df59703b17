/**
 * Names and ARNs of what refers to each other. They are composed, not referenced: the finalizer stops executions of the state machine that
 * calls the finalizer, and the monitor arms checks that call the monitor, so references would go in circles.
 */
import { ArnFormat, type Stack } from 'aws-cdk-lib';
import type { FunctionName } from './function-names.ts';

/** The label of the distributed Map in lib/workflow: its children are executions of `<machine>/<label>`. */
export const MAP_LABEL = 'Batches';

export interface Names {
  readonly functionName: (name: FunctionName) => string;
  readonly functionArn: (name: FunctionName) => string;
  readonly stateMachine: string;
  readonly stateMachineArn: string;
  /** Of the executions of the machine and of the children of its Map. */
  readonly executionArns: string;
  readonly childArns: string;
  readonly checksGroup: string;
  readonly harvestsGroup: string;
  readonly groupArn: (group: string) => string;
  readonly schedulesArn: (group: string) => string;
  readonly eventBus: string;
  /** Of the secrets whose names begin so. */
  readonly secretArns: (prefix: string) => string;
}

export function namesOf(stack: Stack): Names {
  const { stackName } = stack;
  const functionName = (name: FunctionName): string => `${stackName}-${name}`;
  const stateMachine = `${stackName}-harvest`;
  const arn = (service: string, resource: string, resourceName: string): string =>
    stack.formatArn({ service, resource, resourceName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
  const slashed = (service: string, resource: string, resourceName: string): string =>
    stack.formatArn({ service, resource, resourceName });
  return {
    functionName,
    functionArn: (name) => arn('lambda', 'function', functionName(name)),
    stateMachine,
    stateMachineArn: arn('states', 'stateMachine', stateMachine),
    executionArns: arn('states', 'execution', `${stateMachine}:*`),
    childArns: arn('states', 'execution', `${stateMachine}/${MAP_LABEL}:*`),
    checksGroup: `${stackName}-checks`,
    harvestsGroup: `${stackName}-harvests`,
    groupArn: (group) => slashed('scheduler', 'schedule-group', group),
    schedulesArn: (group) => slashed('scheduler', 'schedule', `${group}/*`),
    eventBus: stackName,
    secretArns: (prefix) => arn('secretsmanager', 'secret', `${prefix}*`),
  };
}
