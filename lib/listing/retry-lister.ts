/** Lists the failed and lost resources of an earlier session, from its batches: the remote is not listed again. */
import * as z from 'zod/mini';
import type { ListedResource } from '../harvesters/harvester.ts';
import type { LedgerView } from '../ledger/view.ts';
import type { Ports } from '../ports.ts';
import { readStagedLines, withListed } from '../records.ts';
import { outcomesOf } from '../session/conclusion.ts';
import { ReeveError } from '../session/errors.ts';
import { stagedListedKey } from '../session/names.ts';
import type { Batch, ListingState, PlannedResource, Session } from '../session/session.ts';
import { withHeld, type Lister, type Selected } from './selected.ts';
import { NEW_LISTING } from './walk-state.ts';

type RetryPorts = Pick<Ports, 'batches' | 'sessions' | 'records'>;

const RetryState = z.object({
  cursor: z.optional(z.string()),
  started: z._default(z.boolean(), false),
  leftover: z._default(z.array(z.custom<Selected>()), []),
  listing: z.optional(z.custom<ListingState>()),
});

/** @param kept what an earlier call of discover left, `undefined` at the beginning */
export function retryLister(
  ports: RetryPorts,
  session: Session,
  { retryOf, kept, view }: { retryOf: string; kept: unknown; view: LedgerView },
): Lister {
  const state = RetryState.parse(kept ?? {});
  let { cursor, started, leftover } = state;
  let listing = state.listing ?? session.listing;
  const nextPage = async (): Promise<Selected[]> => {
    const earlier = await ports.sessions.read(retryOf);
    if (earlier === undefined) throw new ReeveError('NotFound', `There is no session ${retryOf} to retry`);
    const accepted = new Set(earlier.waves.map((wave) => wave.attempt));
    const page = await ports.batches.list(retryOf, cursor);
    const batches = page.values.filter((batch) => accepted.has(batch.key.attempt));
    const resources = await Promise.all(batches.map((batch) => restOf(ports, earlier, batch)));
    ({ cursor } = page);
    started = true;
    const { movedTo } = earlier.listing;
    listing = {
      ...(cursor === undefined ? endedLike(earlier) : listing),
      ...(movedTo !== undefined && { movedTo }),
    };
    return resources.flat().map((resource) => withHeld(resource, view));
  };
  return {
    get listing() {
      return leftover.length === 0 ? listing : { ...listing, ended: false, complete: false };
    },
    get state() {
      return { cursor, started, leftover, listing };
    },
    async next() {
      if (leftover.length > 0) {
        const given = leftover;
        leftover = [];
        return given;
      }
      return started && cursor === undefined ? [] : nextPage();
    },
    giveBack(resources) {
      leftover = [...resources, ...leftover];
    },
    takeLeftOut: () => [],
  };
}

/** A retry covers what the earlier session had listed: what that did not list, this does not either, and says so. */
function endedLike(earlier: Session): ListingState {
  const { complete } = earlier.listing;
  const fault = complete
    ? undefined
    : `session ${earlier.id}, which is retried, had not listed the remote completely`;
  return { ...NEW_LISTING, ended: true, complete, fault };
}

/** The failed, lost and skipped of one batch, with what the listing had said of them. */
async function restOf(ports: RetryPorts, earlier: Session, batch: Batch): Promise<ListedResource[]> {
  const outcomes = outcomesOf(batch, earlier.status === 'aborted');
  const rest = batch.resources.flatMap((resource, index) => {
    const outcome = outcomes[index]?.outcome;
    return outcome === 'harvested' || outcome === 'unchanged' ? [] : [{ resource, index }];
  });
  const lines =
    rest.length > 0 && batch.staged ? await readStagedLines(ports.records, stagedListedKey(batch.key)) : [];
  return rest.map(({ resource, index }) => dated(withListed(listedOf(resource), lines[index])));
}

/**
 * What is fetched now is as it is now; the version is of when the earlier session listed. Kept beside the record it would pass for that of the record, and
 * a remote that went back to that state for one that has not changed.
 */
function dated({ version, ...resource }: ListedResource): ListedResource {
  return resource.listed === undefined || version === undefined ? resource : { ...resource, version };
}

/** What was held when the earlier session planned it may not be what is held now. */
function listedOf({ held: _held, ...resource }: PlannedResource): ListedResource {
  return resource;
}
