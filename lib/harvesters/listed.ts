// Resources whose listing carries all there is to know: a draft of the record, or why there can be none, as plain data that is staged.
import { createHash } from 'node:crypto';
import type { Json } from '../json.ts';
import { ReeveError } from '../session/errors.ts';
import type { ListedResource, Reading } from './harvester.ts';
import { isObject } from './json-fields.ts';
import { faultOfId, keepRecord } from './keep-record.ts';
import type { RecordDraft } from './record.ts';

/** An element or object that can be no record. */
export interface Unreadable {
  readonly id: string | undefined;
  readonly because: string;
  /** What tells it from others when it has no id: the more of it, the stabler the id that stands in. */
  readonly content: string;
}

/** The draft is plain data but for its undefined fields, which JSON leaves out wherever it is staged. */
export function listedDraft(draft: RecordDraft): ListedResource {
  const fault = faultOfId(draft.id);
  if (fault !== undefined) return listedUnreadable({ id: undefined, because: fault, content: draft.id });
  const listed = { draft } as unknown as Json;
  return draft.title === undefined ? { id: draft.id, listed } : { id: draft.id, title: draft.title, listed };
}

/** It is listed all the same, and fails with its reason: what is passed over in silence would be missed by nobody. */
export function listedUnreadable({ id, because, content }: Unreadable): ListedResource {
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const known = id !== undefined && faultOfId(id) === undefined;
  return { id: known ? id : `without identifier, ${digest}`, listed: { because: because.slice(0, 500) } };
}

export function isListed(resource: ListedResource): boolean {
  return isObject(resource.listed);
}

/** Reads what `listedDraft` and `listedUnreadable` made. @throws InvariantBroken when it is neither */
export function readListed({ id, listed }: ListedResource): Reading {
  if (isObject(listed) && typeof listed['because'] === 'string')
    return { reading: 'invalid', because: listed['because'] };
  if (!isObject(listed) || !isObject(listed['draft']))
    throw new ReeveError(
      'InvariantBroken',
      `the resource ${id.slice(0, 60)} came without what its listing said of it`,
    );
  const kept = keepRecord(listed['draft'] as unknown as RecordDraft);
  return kept.kept
    ? { reading: 'record', record: kept.record }
    : { reading: 'invalid', because: kept.because };
}
