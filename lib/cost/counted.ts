/**
 * What a session asks of its ports, counted in real sessions of the embedded mode: GeoNode, default pace, nothing fails. A test counts again and
 * compares (test/cost).
 */

/** `<handler> <port>.<method>` and how often. */
export type Calls = Readonly<Record<string, number>>;

export const OF_A_BATCH = {
  'discover batches.plan': 1,
  'harvest batches.begin': 1,
  'harvest batches.commit': 1,
  'harvest records.copy': 1,
  'harvest records.put': 1,
  'harvest sessions.read': 1,
} as const satisfies Calls;

export const OF_A_RESOURCE = {
  'harvest remote.fetch': 1,
  /** A page of the listing for a hundred. */
  'discover remote.fetch': 0.01,
} as const satisfies Calls;

/** What a session takes besides, whatever its size. */
export const OF_A_SESSION = {
  'discover records.put': 1,
  'discover sessions.read': 3,
  'discover sessions.save': 2,
  'finalize batches.list': 2,
  'finalize batches.summaries': 1,
  'finalize checks.disarm': 1,
  'finalize events.publish': 1,
  'finalize harvesters.read': 2,
  'finalize harvesters.save': 1,
  'finalize records.list': 2,
  'finalize records.put': 2,
  'finalize records.read': 2,
  'finalize records.removeAll': 1,
  'finalize sessions.read': 4,
  'finalize sessions.save': 3,
  'start checks.arm': 1,
  'start executions.start': 1,
  'start harvesters.read': 2,
  'start harvesters.save': 1,
  'start sessions.create': 1,
  'start sessions.read': 3,
  'start sessions.save': 3,
} as const satisfies Calls;

/** Of a batch's item, as JSON: what DynamoDB counts is a little less. */
export const BATCH_BYTES_OF_A_RESOURCE = 185;
