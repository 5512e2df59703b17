/** The Lambda of sweep: its handler with the adapters of the ports that it uses. */
import { checks } from '../../lib/aws/checks.ts';
import { executions } from '../../lib/aws/executions.ts';
import { finalizer } from '../../lib/aws/finalizer.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { sessions, batches } from '../../lib/aws/table-ports.ts';
import { sweep } from '../../lambdas/sweep.ts';

export const handler = onLambda(sweep, { sessions, batches, checks, executions, finalizer });
