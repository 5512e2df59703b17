/** What the command line tells of a session, the same in every command: plain data, ready for JSON. */
import { resolve } from 'node:path';
import { publicUrl, shownUrl } from '../harvesters/links.ts';
import { recordsPrefix } from '../session/names.ts';
import type {
  Counts,
  Difference,
  FinalizedBy,
  ReasonCount,
  Session,
  SessionKind,
  SessionStatus,
} from '../session/session.ts';
import { isoTime } from './words.ts';

export interface SessionView {
  readonly id: string;
  /** GeoNode's kinds: one that harvests, and one that only lists. */
  readonly kind: SessionKind;
  readonly harvester: string;
  readonly type: string;
  readonly url: string;
  readonly status: SessionStatus;
  /** `total` is the sum of the others; null until the session is concluded: an open session is not counted. */
  readonly counts: Counts | null;
  readonly finalizedBy: FinalizedBy | null;
  /** Why it ended as it did, in words; empty when all went well. */
  readonly cause: string;
  /** Why resources failed, most frequent first, with one resource that shows it. */
  readonly reasons: readonly ReasonCount[];
  readonly warnings: readonly string[];
  /** Times are ISO 8601, UTC. */
  readonly startedAt: string;
  readonly concludedAt: string | null;
  readonly deadlineAt: string;
  /** How many resources the remote says it has; null when it does not say. */
  readonly matched: number | null;
  readonly listingComplete: boolean;
  /** Resources that were listed more than once, and counted once. */
  readonly duplicates: number;
  /** Resources that were listed and are not selected, or do not meet the filter; they are not in `counts`. */
  readonly notSelected: number;
  /** What it changed of what is held; null until it is closed, and when it listed nothing. */
  readonly difference: Difference | null;
  /** The earlier session of which this one harvested only what failed or was lost. */
  readonly retryOf: string | null;
  /** The folder of its records: newline-delimited GeoJSON Features, gzip. It is there when `counts.harvested` is above 0. */
  readonly records: string;
}

/** @param recordsFolder the folder of the record store, that is the one that holds `records/` */
export function sessionView(session: Session, recordsFolder: string): SessionView {
  const { conclusion, listing } = session;
  return {
    id: session.id,
    kind: session.kind,
    harvester: session.harvesterId,
    type: session.remote.type,
    url: publicUrl(session.remote.url) ?? shownUrl(session.remote.url),
    status: session.status,
    counts: conclusion?.counts ?? null,
    finalizedBy: conclusion?.finalizedBy ?? null,
    cause: conclusion?.cause ?? '',
    reasons: conclusion?.reasons ?? [],
    warnings: listing.warnings,
    startedAt: isoTime(session.startedAt),
    concludedAt: conclusion ? isoTime(conclusion.concludedAt) : null,
    deadlineAt: isoTime(session.deadlineAt),
    matched: listing.matched ?? null,
    listingComplete: listing.complete,
    duplicates: listing.duplicates,
    notSelected: listing.notSelected,
    difference: session.difference ?? null,
    retryOf: session.retryOf ?? null,
    records: resolve(recordsFolder, recordsPrefix(session.harvesterId, session.id)),
  };
}
