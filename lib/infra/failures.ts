/** Where ends what could not be delivered or done, until somebody looks: two queues, each with an alarm. */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** The longest that SQS keeps anything. */
const KEPT_DAYS = 14;

export class Failures extends Construct {
  /** Calls of an asynchronous Lambda that failed three times, with the call and the error. */
  readonly failed: Queue;
  /** Checks, sweeps and events that never reached their Lambda. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const queue = (queueId: string): Queue =>
      new Queue(this, queueId, {
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        retentionPeriod: Duration.days(KEPT_DAYS),
        removalPolicy: RemovalPolicy.DESTROY,
      });
    this.failed = queue('Failed');
    this.undelivered = queue('Undelivered');
  }
}
