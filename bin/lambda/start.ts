/** The Lambda of start: its handler with the adapters of the ports that it uses. */
import { checks } from '../../lib/aws/checks.ts';
import { executions } from '../../lib/aws/executions.ts';
import { finalizer } from '../../lib/aws/finalizer.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { schedules } from '../../lib/aws/schedules.ts';
import { sessions, harvesters } from '../../lib/aws/table-ports.ts';
import { start } from '../../lambdas/start.ts';

export const handler = onLambda(start, { sessions, harvesters, checks, schedules, executions, finalizer });
