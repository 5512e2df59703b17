/** The Lambda of finalize: its handler with the adapters of the ports that it uses. */
import { records } from '../../lib/aws/records.ts';
import { executions } from '../../lib/aws/executions.ts';
import { checks } from '../../lib/aws/checks.ts';
import { events } from '../../lib/aws/events.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { sessions, harvesters, batches } from '../../lib/aws/table-ports.ts';
import { finalize } from '../../lambdas/finalize.ts';

export const handler = onLambda(finalize, {
  sessions,
  harvesters,
  batches,
  records,
  executions,
  checks,
  events,
});
