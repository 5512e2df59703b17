/** One input for a handler, whoever calls it: Step Functions, Scheduler, a rule of EventBridge, an HTTP API, another Lambda, a person at the console. */
import { httpRequestOf, isHttpEvent } from './http-event.ts';

const STATUS_CHANGE = 'Step Functions Execution Status Change';

const HOW: Readonly<Record<string, string>> = {
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  ABORTED: 'was stopped',
};

/**
 * An event of EventBridge is an envelope around its detail; everything else is the input itself.
 *
 * The status change of an execution becomes the finalizer's input. An execution is named after its session. What else is in the event
 * (input, output, cause) is left alone: EventBridge leaves it out when it is large.
 */
export function inputOf(event: unknown): unknown {
  if (isHttpEvent(event)) return httpRequestOf(event);
  if (!isRecord(event) || typeof event['detail-type'] !== 'string' || !isRecord(event['detail']))
    return event;
  const { detail } = event;
  if (event['detail-type'] !== STATUS_CHANGE) return detail;
  const status = String(detail['status']);
  return {
    session: detail['name'],
    by: 'event',
    because: `its execution ${HOW[status] ?? `is ${status}`}`,
    execution: detail['name'],
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
