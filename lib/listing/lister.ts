/** Turns a walk over a remote, or over the rest of an earlier session, into resources; with a cursor that a later call goes on from. */
import { z } from 'zod';
import type { HarvesterType, ListedResource } from '../harvesters/harvester.ts';
import type { Ports } from '../ports.ts';
import { readJson, readStagedLines } from '../records.ts';
import { outcomesOf } from '../session/conclusion.ts';
import { familyOf, ReeveError, sentenceOf } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { askingFor } from '../session/politeness.ts';
import { stagedCursorKey, stagedListedKey } from '../session/names.ts';
import type { Batch, ListingState, Session } from '../session/session.ts';
import { isTerminal } from '../session/transitions.ts';
import { newWalk, Walk, type WalkState } from './walk.ts';

export interface Lister {
  readonly listing: ListingState;
  /** The next resources: none when the listing has ended. At most one request is made. */
  next(): Promise<readonly ListedResource[]>;
  /** What could not be placed any more. */
  giveBack(resources: readonly ListedResource[]): void;
  readonly state: unknown;
}

type ListerPorts = Pick<Ports, 'remote' | 'batches' | 'sessions' | 'records' | 'log'>;

/**
 * Opens the lister where the last accepted wave left it.
 * @returns `undefined` when the session is over: its cursor is cleaned up
 */
export async function openLister(
  ports: ListerPorts,
  session: Session,
  type: HarvesterType,
  limits: Limits,
): Promise<Lister | undefined> {
  const cursor = await cursorOf(ports, session);
  if (cursor === 'over') return undefined;
  if (session.retryOf !== undefined) {
    return retryLister(ports, session, session.retryOf, RetryState.parse(cursor ?? {}));
  }
  const { url, settings } = session.remote;
  const state = (cursor as WalkState | undefined) ?? newWalk(type.firstListing(url, settings));
  return remoteLister(ports, session, type, new Walk(state, limits));
}

async function cursorOf(ports: ListerPorts, session: Session): Promise<unknown> {
  const attempt = session.waves.at(-1)?.attempt;
  if (attempt === undefined) return undefined;
  const cursor = await readJson(ports.records, stagedCursorKey(session.id, attempt));
  if (cursor !== undefined) return cursor;
  // A discover that comes back late finds what the clean-up left.
  const current = await ports.sessions.read(session.id);
  if (current === undefined || isTerminal(current.status)) return 'over';
  throw new ReeveError(
    'InvariantBroken',
    `The cursor of session ${session.id} after wave ${session.waves.length} is gone`,
  );
}

function remoteLister(ports: ListerPorts, session: Session, type: HarvesterType, walk: Walk): Lister {
  const { url, settings } = session.remote;
  const request = async (): Promise<void> => {
    const toMake = walk.takeRequest();
    if (toMake === undefined) return;
    try {
      const reply = await ports.remote.fetch(toMake, askingFor(session));
      walk.read(type.readListing({ url, settings, request: toMake }, reply));
    } catch (error) {
      if (familyOf(error) === 'bug') {
        ports.log.error('a listing could not be read', { session: session.id, error });
      }
      breakOff(walk, error);
    }
  };
  return {
    get listing() {
      return walk.listing;
    },
    get state() {
      return walk.state;
    },
    async next() {
      const waiting = walk.takeResources();
      if (waiting.length > 0) return waiting;
      await request();
      return walk.takeResources();
    },
    giveBack(resources) {
      walk.giveBack(resources);
    },
  };
}

/** What is wrong with one answer, not with the remote. */
const OF_ONE_ANSWER: readonly string[] = [
  'RemoteTooBig',
  'RemoteTooSlow',
  'RemoteUnreadable',
  'RemoteForbidden',
];

/** One place of a directory that cannot be listed is stepped over; a page that cannot be read ends the listing, for nobody knows the next. */
function breakOff(walk: Walk, error: unknown): void {
  const sentence = sentenceOf(error);
  if (walk.requestsMade === 1) walk.stop(`the remote is not available: ${sentence}`);
  else if (walk.hasOthers && error instanceof ReeveError && OF_ONE_ANSWER.includes(error.name))
    walk.stepOver(sentence);
  else walk.stop(`the listing stopped early: ${sentence}`);
}

const RetryState = z.object({
  cursor: z.string().optional(),
  started: z.boolean().default(false),
  leftover: z.array(z.custom<ListedResource>()).default([]),
  listing: z.custom<ListingState>().optional(),
});

/** Lists the failed and lost resources of an earlier session, from its batches: the remote is not listed again. */
function retryLister(
  ports: ListerPorts,
  session: Session,
  retryOf: string,
  state: z.infer<typeof RetryState>,
): Lister {
  let { cursor, started, leftover } = state;
  let listing = state.listing ?? session.listing;
  const nextPage = async (): Promise<ListedResource[]> => {
    const earlier = await ports.sessions.read(retryOf);
    if (earlier === undefined) throw new ReeveError('NotFound', `There is no session ${retryOf} to retry`);
    const accepted = new Set(earlier.waves.map((wave) => wave.attempt));
    const page = await ports.batches.list(retryOf, cursor);
    const batches = page.values.filter((batch) => accepted.has(batch.key.attempt));
    const resources = await Promise.all(batches.map((batch) => restOf(ports, earlier, batch)));
    ({ cursor } = page);
    started = true;
    if (cursor === undefined) listing = endedLike(earlier);
    return resources.flat();
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
  };
}

/** A retry covers what the earlier session had listed: what that did not list, this does not either, and says so. */
function endedLike(earlier: Session): ListingState {
  const { complete } = earlier.listing;
  const fault = complete
    ? undefined
    : `session ${earlier.id}, which is retried, had not listed the remote completely`;
  return { ended: true, complete, fault, matched: undefined, duplicates: 0, warnings: [] };
}

/** The failed, lost and skipped of one batch, with what the listing had said of them. */
async function restOf(ports: ListerPorts, earlier: Session, batch: Batch): Promise<ListedResource[]> {
  const outcomes = outcomesOf(batch, earlier.status === 'aborted');
  const rest = batch.resources.flatMap((resource, index) => {
    const outcome = outcomes[index]?.outcome;
    return outcome === 'harvested' || outcome === 'unchanged' ? [] : [{ resource, index }];
  });
  if (rest.length === 0 || !batch.staged) return rest.map(({ resource }) => resource);
  const lines = await readStagedLines(ports.records, stagedListedKey(batch.key));
  return rest.map(({ resource, index }) => ({
    ...resource,
    listed: JSON.parse(lines[index] ?? 'null') as NonNullable<ListedResource['listed']>,
  }));
}
