/** Harvests one resource: request, reply, record. Whatever is wrong with it is an outcome, never an exception. */
import { fingerprintOf, isSameState } from '../harvesters/fingerprint.ts';
import type { HarvesterType, ListedResource, RemoteReply, RemoteRequest } from '../harvesters/harvester.ts';
import type { CatalogueRecord } from '../harvesters/record.ts';
import type { Ports } from '../ports.ts';
import { familyOf, sentenceOf } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { askingFor } from '../session/politeness.ts';
import type { Held, Made, ResourceOutcome, Session } from '../session/session.ts';

export interface Harvested {
  readonly outcome: ResourceOutcome;
  /** The record, as one line of JSON. */
  readonly line?: string;
}

/** Each resource has its own time limit; `signal` ends it early. */
export async function harvestResource(
  ports: Pick<Ports, 'remote' | 'log'>,
  {
    session,
    type,
    limits,
    signal,
  }: { session: Session; type: HarvesterType; limits: Limits; signal: AbortSignal },
  resource: ListedResource,
  held?: Held,
): Promise<Harvested> {
  const { url, settings } = session.remote;
  const failed = (because: string): Harvested => ({
    outcome: { outcome: 'failed', because: because.slice(0, limits.reasonCharsMax) },
  });
  // What the listing carried is compared itself: some servers change records and not their dates.
  const isToFetch = resource.listed === undefined;
  if (isToFetch && held?.version !== undefined && held.version === resource.version)
    return { outcome: { outcome: 'unchanged' } };
  try {
    const request = type.resourceRequest({ url, settings }, resource);
    const options = { ...askingFor(session), signal };
    const reply = request && (await ports.remote.fetch(conditional(request, held), options));
    if (reply?.status === 304 && held !== undefined) return { outcome: { outcome: 'unchanged' } };
    const reading = type.readResource({ url, settings }, resource, reply);
    switch (reading.reading) {
      case 'record':
        return compared(reading.record, reply, { resource, held });
      case 'gone':
        return failed(`it was listed but is gone: ${reading.because}`);
      case 'invalid':
        return failed(`its record is not valid: ${reading.because}`);
    }
  } catch (error) {
    if (familyOf(error) === 'bug') {
      ports.log.error('a resource could not be read', { session: session.id, resource: resource.id, error });
      return failed(`it could not be read (a defect of Reeve): ${sentenceOf(error)}`);
    }
    return failed(sentenceOf(error));
  }
}

/** RFC 9110, 13.1: the remote need not send again what is held. */
function conditional(request: RemoteRequest, held: Held | undefined): RemoteRequest {
  if (held === undefined || request.method === 'POST') return request;
  const { etag, modified } = held;
  if (etag === undefined && modified === undefined) return request;
  const condition = etag === undefined ? { 'if-modified-since': modified ?? '' } : { 'if-none-match': etag };
  return { ...request, headers: { ...request.headers, ...condition } };
}

/** A record that is as the one that is held is not written again. */
function compared(
  record: CatalogueRecord,
  reply: RemoteReply | undefined,
  { resource, held }: { resource: ListedResource; held: Held | undefined },
): Harvested {
  const made: Made = { fingerprint: fingerprintOf(record), ...validatorsOf(reply) };
  const sameVersion = held?.version !== undefined && held.version === resource.version;
  return held !== undefined && isSameState(made.fingerprint, held.fingerprint, { sameVersion })
    ? { outcome: { outcome: 'unchanged', made } }
    : { outcome: { outcome: 'harvested', made }, line: JSON.stringify(record) };
}

const VALIDATOR_CHARS_MAX = 200;

function validatorsOf(reply: RemoteReply | undefined): Pick<Made, 'etag' | 'modified'> {
  const { etag, 'last-modified': modified } = reply?.headers ?? {};
  return {
    ...(etag === undefined || etag.length > VALIDATOR_CHARS_MAX ? {} : { etag }),
    ...(modified === undefined || modified.length > VALIDATOR_CHARS_MAX ? {} : { modified }),
  };
}
