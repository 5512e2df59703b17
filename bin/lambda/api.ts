/** The Lambda of api: its handler with the adapters of the ports that it uses. */
import { addresses } from '../../lib/aws/addresses.ts';
import { checks } from '../../lib/aws/checks.ts';
import { executions } from '../../lib/aws/executions.ts';
import { finalizer } from '../../lib/aws/finalizer.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { ledgers } from '../../lib/aws/ledgers.ts';
import { remote } from '../../lib/aws/remote.ts';
import { schedules } from '../../lib/aws/schedules.ts';
import { batches, harvesters, sessions } from '../../lib/aws/table-ports.ts';
import { api } from '../../lambdas/api.ts';

export const handler = onLambda(api, {
  sessions,
  harvesters,
  batches,
  ledgers,
  checks,
  schedules,
  executions,
  finalizer,
  remote,
  addresses,
});
