/** The state machine: the value of lib/workflow, deployed as it is. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { DefinitionBody, LogLevel, StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { harvestWorkflow } from '../workflow/workflow.ts';
import type { Names } from './names.ts';
import { retentionOf } from './retention.ts';
import type { Settings } from './settings.ts';

export interface WorkflowProps {
  readonly names: Names;
  readonly settings: Pick<Settings, 'limits' | 'logRetentionDays'>;
}

const TASKS = ['discover', 'harvest', 'finalize'] as const;

export class Workflow extends Construct {
  readonly stateMachine: StateMachine;
  readonly role: Role;

  constructor(scope: Construct, id: string, { names, settings }: WorkflowProps) {
    super(scope, id);
    this.role = this.#role(names);
    const workflow = harvestWorkflow(
      { discover: '${discover}', harvest: '${harvest}', finalize: '${finalize}' },
      settings.limits,
    );
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineName: names.stateMachine,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(JSON.stringify(workflow)),
      definitionSubstitutions: Object.fromEntries(TASKS.map((task) => [task, names.functionArn(task)])),
      role: this.role,
      tracingEnabled: true,
      logs: {
        // Step Functions sets up the delivery of logs to groups of this prefix without growing the account's resource policy.
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${names.stateMachine}`,
          retention: retentionOf(settings.logRetentionDays),
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
  }

  /**
   * The distributed Map starts its children as executions of the machine itself (Step Functions guide, "IAM policies for using Distributed
   * Map states"). Written here, because a definition that is a text gets no policies from the CDK; and part of the role, so that no
   * execution starts before the machine may run its Map.
   */
  #role(names: Names): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('states.amazonaws.com') });
    const allow = (actions: string[], resources: string[]) =>
      role.addToPolicy(new PolicyStatement({ actions, resources }));
    allow(
      ['lambda:InvokeFunction'],
      TASKS.map((task) => names.functionArn(task)),
    );
    allow(['states:StartExecution'], [names.stateMachineArn]);
    allow(['states:DescribeExecution', 'states:StopExecution'], [names.executionArns, names.childArns]);
    allow(['states:RedriveExecution'], [names.childArns]);
    return role;
  }
}
