/** Tells others on an EventBridge bus that a session has concluded. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { shownUrl } from '../harvesters/links.ts';
import type { Events } from '../ports.ts';
import { ReeveError } from '../session/errors.ts';
import { recordsPrefix } from '../session/names.ts';
import type { Session } from '../session/session.ts';
import { clientSettings } from './client.ts';
import type { EnvironmentOf } from './environment.ts';
import { calling } from './faults.ts';
import type { LambdaMetrics } from './metrics.ts';
import type { Adapter } from './world.ts';

export const EVENT_SOURCE = 'reeve';
export const SESSION_CONCLUDED = 'Session Concluded';

/** Who listens may get it twice: `id` is the same then. Bounded: waves and listing stay at home. */
export function detailOf(id: string, session: Session) {
  const { harvesterId, status, startedAt, deadlineAt, retryOf, conclusion } = session;
  return {
    id,
    session: session.id,
    harvester: harvesterId,
    remote: { type: session.remote.type, url: shownUrl(session.remote.url) },
    status,
    startedAt: new Date(startedAt).toISOString(),
    deadlineAt: new Date(deadlineAt).toISOString(),
    ...(retryOf === undefined ? {} : { retryOf }),
    ...(conclusion && { ...conclusion, concludedAt: new Date(conclusion.concludedAt).toISOString() }),
    records: recordsPrefix(harvesterId, session.id),
  };
}

export const events: Adapter<'events'> = (environment, { metrics }) =>
  createEvents(environment, metrics, new EventBridgeClient(clientSettings()));

export function createEvents(
  { REEVE_EVENT_BUS: bus }: EnvironmentOf<'events'>,
  metrics: Pick<LambdaMetrics, 'measure'>,
  client: EventBridgeClient,
): Events {
  return {
    async publish({ id, at, session }) {
      const entry = {
        EventBusName: bus,
        Source: EVENT_SOURCE,
        DetailType: SESSION_CONCLUDED,
        Time: new Date(at),
        Detail: JSON.stringify(detailOf(id, session)),
      };
      const doing = `PutEvents of session ${session.id} on bus ${bus}`;
      const answer = await calling(doing, () => client.send(new PutEventsCommand({ Entries: [entry] })));
      if ((answer.FailedEntryCount ?? 0) === 0) {
        measure(metrics, session);
        return;
      }
      const { ErrorCode = 'no code', ErrorMessage = '' } = answer.Entries?.[0] ?? {};
      throw new ReeveError(
        'StoreBusy',
        `AWS was not ready for ${doing} (${ErrorCode}: ${ErrorMessage.slice(0, 200)})`,
      );
    },
  };
}

/** How long it took, and how much of the time that it might have taken. */
function measure(metrics: Pick<LambdaMetrics, 'measure'>, session: Session): void {
  const { startedAt, deadlineAt, status, conclusion } = session;
  if (conclusion === undefined) return;
  const millis = conclusion.concludedAt - startedAt;
  metrics.measure('SessionSeconds', millis / 1_000, { status });
  metrics.measure('WorkflowTimePercent', (100 * millis) / Math.max(1, deadlineAt - startedAt), { status });
}
