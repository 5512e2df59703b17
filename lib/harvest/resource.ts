/** Harvests one resource: request, reply, record. Whatever is wrong with it is an outcome, never an exception. */
import type { HarvesterType, ListedResource } from '../harvesters/harvester.ts';
import type { Ports } from '../ports.ts';
import { familyOf, sentenceOf } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { askingFor } from '../session/politeness.ts';
import type { ResourceOutcome, Session } from '../session/session.ts';

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
): Promise<Harvested> {
  const { url, settings } = session.remote;
  const failed = (because: string): Harvested => ({
    outcome: { outcome: 'failed', because: because.slice(0, limits.reasonCharsMax) },
  });
  try {
    const request = type.resourceRequest({ url, settings }, resource);
    const options = { ...askingFor(session), signal };
    const reply = request && (await ports.remote.fetch(request, options));
    const reading = type.readResource({ url, settings }, resource, reply);
    switch (reading.reading) {
      case 'record':
        return { outcome: { outcome: 'harvested' }, line: JSON.stringify(reading.record) };
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
