/** A group of schedules that are made at run time, and the role that they use: it may call one Lambda and nothing else. */
import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names } from './names.ts';

export interface SchedulesProps {
  readonly names: Names;
  readonly groupName: string;
  /** The Lambda that the schedules of the group call. */
  readonly functionArn: string;
  readonly undelivered: IQueue;
}

export class Schedules extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, { names, groupName, functionArn, undelivered }: SchedulesProps) {
    super(scope, id);
    // Deleting a group deletes its schedules.
    new ScheduleGroup(this, 'Group', { scheduleGroupName: groupName }).applyRemovalPolicy(
      RemovalPolicy.DESTROY,
    );
    this.role = new Role(this, 'Role', {
      description: `${Stack.of(this).stackName}: what the schedules of ${groupName} may do`,
      // Scheduler acts for every account: only schedules of this account and of this group may use the role. Scheduler wants
      // the ARN of the group there, never that of a schedule (Scheduler guide, "Confused deputy prevention").
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: {
            'aws:SourceAccount': Stack.of(this).account,
            'aws:SourceArn': names.groupArn(groupName),
          },
        },
      }),
    });
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }),
    );
    this.role.addToPolicy(
      new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] }),
    );
  }
}
