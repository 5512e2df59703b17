/** Deterministic names: the same thing gets the same name whoever makes it, so that making it twice is noticed. */
import { createHash } from 'node:crypto';
import type { BatchKey, Instant, Recurrence } from './session.ts';

/** Letters, digits and dashes, at most `charsMax`, never empty. */
export function slug(text: string, charsMax = 40): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, charsMax)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'x' : plain;
}

/** A short digest in lower-case hexadecimal. */
export function digest(text: string, chars = 16): string {
  return createHash('sha256').update(text).digest('hex').slice(0, chars);
}

/** `geo-example-org-3f9a1c`: readable, and different for every URL of a host. */
export function harvesterIdOf(url: string): string {
  const { host } = new URL(url);
  return `${slug(host, 32)}-${digest(url, 8)}`;
}

/** At most 29 characters, so that checks (64) and executions (80) can be named after the session; sorts by opening. */
export function sessionIdAt(startedAt: Instant, token: string): string {
  const time = new Date(startedAt)
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replace(/[-:]/g, '')
    .replace('T', '-');
  return `${time}-${slug(token, 8)}`;
}

/** A caller's key names the session: the same key for the same harvester is the same session. */
export function sessionIdOfKey(harvesterId: string, callerKey: string): string {
  return `key-${digest(`${harvesterId}\n${callerKey}`, 24)}`;
}

/** The key of a start by a schedule: all deliveries of one time are one start. `time` is ISO 8601. */
export const scheduledKey = (time: string): string => `scheduled ${time}`;
/** A schedule as one text: what the start that it causes holds against its harvester. */
export const scheduledText = ({ every, timezone }: Recurrence): string => `${every} ${timezone}`;

export const checkName = (sessionId: string, check: number): string => `${sessionId}-${check}`;
export const executionNameOf = (sessionId: string): string => sessionId;

const batchName = (key: BatchKey): string => `${String(key.number).padStart(6, '0')}-${key.attempt}`;

/** Staged things are read by nobody but the session itself, and expire. */
export const stagedListedKey = (key: BatchKey): string =>
  `staging/${key.sessionId}/listed/${batchName(key)}.ndjson.gz`;
export const stagedRecordsKey = (key: BatchKey, worker: string): string =>
  `staging/${key.sessionId}/records/${batchName(key)}.${worker}.ndjson.gz`;
export const stagedProgressKey = (key: BatchKey): string =>
  `staging/${key.sessionId}/progress/${batchName(key)}.json.gz`;
export const stagedCursorKey = (sessionId: string, attempt: string): string =>
  `staging/${sessionId}/cursor/${attempt}.json.gz`;
export const stagingPrefix = (sessionId: string): string => `staging/${sessionId}/`;

/** Hive-style partitions, so that DuckDB and Athena find harvester and session by themselves. */
export const recordsPrefix = (harvesterId: string, sessionId: string): string =>
  `records/harvester=${harvesterId}/session=${sessionId}/`;
export const recordsKey = (harvesterId: string, key: BatchKey): string =>
  `${recordsPrefix(harvesterId, key.sessionId)}${batchName(key)}.ndjson.gz`;

/** What is held of a harvester's remote, as this session left it. */
export const ledgerPrefix = (harvesterId: string, sessionId: string): string =>
  `ledgers/harvester=${harvesterId}/session=${sessionId}/`;
export const ledgerManifestKey = (harvesterId: string, sessionId: string): string =>
  `${ledgerPrefix(harvesterId, sessionId)}manifest.json.gz`;
export const ledgerShardKey = (harvesterId: string, sessionId: string, shard: number): string =>
  `${ledgerPrefix(harvesterId, sessionId)}${String(shard).padStart(5, '0')}.ndjson.gz`;
/** Which resources somebody has decided on, one by one. */
export const choicesKey = (harvesterId: string, token: string): string =>
  `ledgers/harvester=${harvesterId}/choices/${token}.json.gz`;
/** Resources that a wave listed and left out: their ids and titles. */
export const stagedLeftOutPrefix = (sessionId: string, attempt: string): string =>
  `staging/${sessionId}/left-out/${attempt}/`;
export const stagedLeftOutKey = (sessionId: string, attempt: string, part: number): string =>
  `${stagedLeftOutPrefix(sessionId, attempt)}${String(part).padStart(5, '0')}.ndjson.gz`;
