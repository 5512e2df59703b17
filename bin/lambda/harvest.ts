/** The Lambda of harvest: its handler with the adapters of the ports that it uses. */
import { records } from '../../lib/aws/records.ts';
import { remote } from '../../lib/aws/remote.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { sessions, batches } from '../../lib/aws/table-ports.ts';
import { harvest } from '../../lambdas/harvest.ts';

export const handler = onLambda(harvest, { sessions, batches, records, remote });
