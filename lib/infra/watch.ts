/** What wakes the Lambdas that watch: the group of checks, the sweep's clock, the event of an execution that ended badly. */
import { Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names } from './names.ts';
import type { Settings } from './settings.ts';

export interface WatchProps {
  readonly names: Names;
  readonly settings: Pick<Settings, 'limits'>;
  readonly finalize: IFunction;
  readonly sweep: IFunction;
  readonly undelivered: IQueue;
}

export class Watch extends Construct {
  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.#sweep(props);
    this.#badEnd(props);
  }

  /** A rule, not a schedule of Scheduler: the watch over the watch shall not hang on the service that it watches. */
  #sweep({ settings, sweep, undelivered }: WatchProps): void {
    const seconds = settings.limits.sweepIntervalSeconds;
    const rule = new Rule(this, 'SweepClock', {
      description: `${Stack.of(this).stackName}: looks at every open session`,
      schedule: Schedule.rate(Duration.seconds(seconds)),
    });
    rule.addTarget(
      new LambdaTarget(sweep, {
        event: RuleTargetInput.fromObject({}),
        deadLetterQueue: undelivered,
        // The next one comes anyway.
        maxEventAge: Duration.seconds(Math.max(60, seconds)),
        retryAttempts: 10,
      }),
    );
  }

  /** Exactly this machine: the children of its Map are executions too, of `<machine>/Batches`, and end badly without its session being over. */
  #badEnd({ names, finalize, undelivered }: WatchProps): void {
    const rule = new Rule(this, 'BadEnd', {
      description: `${Stack.of(this).stackName}: an execution failed, timed out or was stopped`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { status: ['FAILED', 'TIMED_OUT', 'ABORTED'], stateMachineArn: [names.stateMachineArn] },
      },
    });
    rule.addTarget(
      new LambdaTarget(finalize, {
        deadLetterQueue: undelivered,
        maxEventAge: Duration.hours(6),
        retryAttempts: 185,
      }),
    );
  }
}
