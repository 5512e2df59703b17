/** What the API tells of a harvester and of a session: plain data, without secrets. */
import { publicUrl, shownUrl } from '../harvesters/links.ts';
import type { Json } from '../json.ts';
import { shownReference, type CredentialsReference } from '../session/credentials.ts';
import type { Keeping } from '../session/keeping.ts';
import { digest, recordsPrefix } from '../session/names.ts';
import type { Difference, Harvester, HarvesterStatus, Instant, Session } from '../session/session.ts';
import type { Harvester as HarvesterView, Session as SessionView } from './schemas.ts';

export const harvesterPath = (id: string): string => `/harvesters/${id}`;
export const sessionPath = (id: string): string => `/sessions/${id}`;

/** @param open the session that holds the lease, when it is not closed */
export function harvesterView(harvester: Harvester, open: Session | undefined): HarvesterView {
  const { id, name, remote, pace, schedule } = harvester;
  return {
    id,
    name,
    url: urlView(remote.url),
    type: remote.type,
    settings: remote.settings as HarvesterView['settings'],
    credentials: credentialsView(remote.credentials),
    pace,
    keeping: keepingView(harvester.keeping),
    every: schedule?.every ?? null,
    timezone: schedule?.timezone ?? null,
    status: statusOf(open),
    openSession: open?.id ?? null,
    lastSession: harvester.lastSessionId ?? null,
  };
}

/** A secret is shown by its name, which is no secret and may come back as it is. */
function credentialsView(credentials: CredentialsReference | undefined): HarvesterView['credentials'] {
  return credentials === undefined ? null : { ...credentials, secret: shownReference(credentials.secret) };
}

/** Choices are made one by one, and are no settings. */
function keepingView({ choices, filter, ...plain }: Keeping): HarvesterView['keeping'] {
  return { ...plain, filter: (filter ?? null) as HarvesterView['keeping']['filter'] };
}

export function urlView(url: string): string {
  return publicUrl(url) ?? shownUrl(url);
}

function statusOf(open: Session | undefined): HarvesterStatus {
  if (open === undefined) return 'ready';
  const isListing = open.waves.length === 0 && !open.listing.ended;
  if (open.status === 'aborting')
    return isListing ? 'aborting-update-harvestable-resources' : 'aborting-harvesting-resources';
  return isListing ? 'updating-harvestable-resources' : 'harvesting-resources';
}

/** A strong validator of what `updateHarvester` replaces: the same settings have the same tag. */
export function tagOf({ name, remote, pace, keeping, schedule }: Harvester): string {
  const said = { name, remote, pace, keeping: keepingView(keeping), schedule: schedule ?? null };
  return `"${digest(JSON.stringify(sorted(said)))}"`;
}

export function sessionView(session: Session): SessionView {
  const { conclusion, listing } = session;
  return {
    id: session.id,
    kind: session.kind,
    harvester: session.harvesterId,
    type: session.remote.type,
    url: urlView(session.remote.url),
    status: session.status,
    counts: conclusion?.counts ?? null,
    finalizedBy: conclusion?.finalizedBy ?? null,
    cause: conclusion?.cause ?? '',
    reasons: [...(conclusion?.reasons ?? [])],
    warnings: [...listing.warnings],
    startedAt: isoTime(session.startedAt),
    concludedAt: conclusion ? isoTime(conclusion.concludedAt) : null,
    closedAt: session.closedAt === undefined ? null : isoTime(session.closedAt),
    deadlineAt: isoTime(session.deadlineAt),
    matched: listing.matched ?? null,
    listed: session.waves.reduce((sum, { resources }) => sum + resources, 0),
    listingComplete: listing.complete,
    duplicates: listing.duplicates,
    notSelected: listing.notSelected,
    difference: differenceView(session.difference),
    retryOf: session.retryOf ?? null,
    records: recordsPrefix(session.harvesterId, session.id),
  };
}

function differenceView(difference: Difference | undefined): SessionView['difference'] {
  return difference === undefined ? null : { ...difference, goneRefused: difference.goneRefused ?? null };
}

function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

/** The store may hand members out in another order. */
export function sorted(value: unknown): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
