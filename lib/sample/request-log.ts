// What the sample remote was asked, the latest entries only: for tests of politeness, retries and how often a thing was fetched.
import { type RequestKind, type Service, type Trouble } from './faults.ts';

export interface RequestLogEntry {
  readonly method: string;
  /** Path and query as they were sent. */
  readonly path: string;
  readonly service: Service;
  readonly kind: RequestKind;
  /** The number of the dataset, or of the page. */
  readonly number?: number;
  readonly userAgent: string;
  /** What was done to the answer, where it was spoilt. */
  readonly trouble?: Trouble['kind'];
  /** Milliseconds since the remote started, on a clock that never jumps. */
  readonly arrivedMillis: number;
  /** How many requests were being answered when this one came, itself included. */
  readonly concurrent: number;
}

export interface RequestLog {
  add(entry: RequestLogEntry): void;
  /** Oldest first. */
  entries(): readonly RequestLogEntry[];
  /** Of all requests ever, those that fell out of the log included. */
  count(): number;
}

export function makeRequestLog(entriesMax: number): RequestLog {
  let held: RequestLogEntry[] = [];
  let count = 0;
  return {
    add: (entry) => {
      count += 1;
      held.push(entry);
      // Halved now and then instead of shifted each time.
      if (held.length >= 2 * entriesMax) held = held.slice(-entriesMax);
    },
    entries: () => held.slice(-entriesMax),
    count: () => count,
  };
}
