/** How long CloudWatch keeps a log, as the CDK says it. */
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** @throws RangeError for a number of days that CloudWatch does not know: the settings let none through */
export function retentionOf(days: number): RetentionDays {
  const known = Object.values(RetentionDays).filter((one) => typeof one === 'number');
  const retention = known.find((one) => one.valueOf() === days);
  if (retention === undefined) throw new RangeError(`CloudWatch keeps no logs for ${days} days`);
  return retention;
}
