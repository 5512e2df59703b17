/** The Lambda of discover: its handler with the adapters of the ports that it uses. */
import { records } from '../../lib/aws/records.ts';
import { remote } from '../../lib/aws/remote.ts';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { sessions, batches } from '../../lib/aws/table-ports.ts';
import { discover } from '../../lambdas/discover.ts';

export const handler = onLambda(discover, { sessions, batches, records, remote });
