/** What crosses the API: views of harvesters, sessions and resources. The OpenAPI document is made from these. */
import * as z from 'zod/mini';
import { OUTCOMES, RESOURCE_STATES } from '../resources.ts';
import { HARVESTER_STATUSES, OPEN_STATUSES, SESSION_KINDS, TERMINAL_STATUSES } from '../session/session.ts';
import { closedObject } from '../settings/faults.ts';
import { PartOfKeeping } from '../settings/keeping.ts';
import { HARVESTER_MEMBERS, WholePace } from '../settings/members.ts';

/** Of harvesters and sessions; they are parts of paths. */
const ID_ALLOWED = 'allowed are 1 to 64 letters, digits, dashes and underscores';
export const Id = z.string(ID_ALLOWED).check(z.regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, ID_ALLOWED));

const instant = z.iso.datetime().check(z.describe('UTC'));
const text = z.string();

const { every, timezone, ...settings } = HARVESTER_MEMBERS;

/** All that can be said of a harvester; what is not said is usual. */
export const HarvesterSettings = closedObject({
  ...settings,
  every: z
    .optional(every)
    .check(
      z.describe(
        'How often it is harvested by itself: "15m", "1d", or five fields of cron. Without it: never',
      ),
    ),
  timezone: timezone.check(z.describe('Of a cron expression; UTC when it is not given')),
}).check(z.meta({ id: 'HarvesterSettings' }));
export type HarvesterSettings = z.infer<typeof HarvesterSettings>;

export const NewHarvester = closedObject({
  id: z.optional(Id).check(z.describe('Without it the harvester is named after its URL')),
  ...HarvesterSettings.shape,
}).check(z.meta({ id: 'NewHarvester' }));
export type NewHarvester = z.infer<typeof NewHarvester>;

export const Harvester = z
  .strictObject({
    id: Id,
    name: text,
    url: text.check(z.describe('Without the values of parameters that look like secrets')),
    type: text,
    settings: z.json().check(z.describe('Of its type, whole')),
    credentials: z
      .nullable(z.looseObject({ kind: text, secret: text }))
      .check(z.describe('Their kind, and where the secret lies; never the secret')),
    pace: WholePace,
    keeping: PartOfKeeping,
    every: z.nullable(text),
    timezone: z.nullable(text),
    status: z.enum(HARVESTER_STATUSES).check(z.describe("GeoNode's words")),
    openSession: z.nullable(Id).check(z.describe('The session that harvests it now')),
    lastSession: z.nullable(Id).check(z.describe('The last session that closed')),
  })
  .check(z.meta({ id: 'Harvester' }));
export type Harvester = z.infer<typeof Harvester>;

const count = z.int().check(z.minimum(0));
const Counts = z
  .strictObject({
    total: count,
    harvested: count,
    unchanged: count,
    failed: count,
    skipped: count,
    lost: count,
  })
  .check(z.meta({ id: 'Counts', description: 'total is the sum of the others' }));

const Difference = z
  .strictObject({
    new: count,
    changed: count,
    unchanged: count,
    gone: count,
    restored: count,
    removed: count,
    held: count,
    goneRefused: z.nullable(text).check(z.describe('Why what was not listed was not taken for gone')),
  })
  .check(z.meta({ id: 'Difference' }));

export const Session = z
  .strictObject({
    id: Id,
    kind: z.enum(SESSION_KINDS),
    harvester: Id,
    type: text,
    url: text,
    status: z.enum([...OPEN_STATUSES, ...TERMINAL_STATUSES]),
    counts: z
      .nullable(Counts)
      .check(z.describe('Null until it is concluded: an open session is not counted')),
    finalizedBy: z.nullable(z.enum(['workflow', 'monitor', 'event', 'sweep', 'start'])),
    cause: text.check(z.describe('Why it ended as it did; empty when all went well')),
    reasons: z
      .array(z.strictObject({ reason: text, count, example: text }))
      .check(z.describe('Why resources failed, most frequent first, with one resource that shows it')),
    warnings: z.array(text),
    startedAt: instant,
    concludedAt: z.nullable(instant),
    closedAt: z.nullable(instant).check(z.describe('When its clean-up was done too')),
    deadlineAt: instant,
    matched: z
      .nullable(count)
      .check(z.describe('How many resources the remote says it has; null when it does not say')),
    listed: count.check(z.describe('How many resources were listed so far')),
    listingComplete: z.boolean(),
    duplicates: count,
    notSelected: count.check(
      z.describe('Resources that were listed and are not selected, or do not meet the filter'),
    ),
    difference: z
      .nullable(Difference)
      .check(z.describe('What it changed of what is held; null until it is closed')),
    retryOf: z
      .nullable(Id)
      .check(z.describe('The earlier session of which it harvests only what failed, was skipped or lost')),
    records: text.check(z.describe('The prefix of its records in the record store')),
  })
  .check(z.meta({ id: 'Session' }));
export type Session = z.infer<typeof Session>;

/** An outcome, or `under way` while nobody has reported on it in an open session. */
export const OutcomeSoFar = z.enum([...OUTCOMES, 'under way']);

export const Resource = z
  .strictObject({
    id: text,
    title: text,
    outcome: OutcomeSoFar,
    because: text.check(z.describe('Empty for what was harvested or is unchanged')),
  })
  .check(z.meta({ id: 'Resource' }));

export const HeldResource = z
  .strictObject({
    id: text,
    title: z.nullable(text),
    is: z
      .enum(RESOURCE_STATES)
      .check(z.describe('Of what is gone the record is held until its time of grace is over')),
    version: z.nullable(text).check(z.describe('What the listing said of it when the record was made')),
    heldFromSession: z.nullable(text).check(z.describe('The session whose files hold its record')),
    goneSince: z.nullable(instant),
    missingFromListings: count.check(z.describe('In how many whole listings in a row it was missing')),
  })
  .check(z.meta({ id: 'HeldResource' }));

const RESOURCES_MAX = 1_000;
const ids = z.optional(
  z
    .array(z.string().check(z.minLength(1), z.maxLength(2_048)), 'allowed is a list of ids of resources')
    .check(z.maxLength(RESOURCES_MAX, `allowed are at most ${RESOURCES_MAX} ids`)),
);
export const Choices = closedObject({
  select: ids.check(z.describe('These are harvested, from the next session on')),
  deselect: ids.check(z.describe('These are left out; what is held of them stays')),
  asUsual: ids.check(z.describe('Nobody decides on these any more')),
}).check(z.meta({ id: 'Choices' }));
export const Decided = z
  .strictObject({ decided: count.check(z.describe('How many resources are decided on one by one now')) })
  .check(z.meta({ id: 'Decided' }));

const cursor = z
  .nullable(text)
  .check(
    z.describe(
      'Give it to get what follows; null at the end. A page may have fewer values than asked for, or none, and yet not be the last',
    ),
  );
export const HarvesterPage = z
  .strictObject({ harvesters: z.array(Harvester), cursor })
  .check(z.meta({ id: 'HarvesterPage' }));
export const SessionPage = z
  .strictObject({ sessions: z.array(Session), cursor })
  .check(z.meta({ id: 'SessionPage' }));
export const ResourcePage = z
  .strictObject({ resources: z.array(Resource), cursor })
  .check(z.meta({ id: 'ResourcePage' }));
export const HeldPage = z
  .strictObject({ resources: z.array(HeldResource), cursor })
  .check(z.meta({ id: 'HeldPage' }));

/** What a caller may ask of a new session; it goes to `start` as it is. */
export const Start = closedObject({
  kind: z
    .optional(z.enum(SESSION_KINDS))
    .check(
      z.describe('Without it the session harvests; discover-harvestable-resources only lists what there is'),
    ),
  full: z
    .optional(z.boolean())
    .check(z.describe('Fetch and read every resource again, whatever is known of it')),
  acceptGone: z
    .optional(z.boolean())
    .check(z.describe('Believe the listing even where more is gone than the harvester allows')),
}).check(z.meta({ id: 'Start' }));
export const Nothing = closedObject({}).check(
  z.meta({ id: 'Nothing', description: 'Nothing is asked besides' }),
);

export const ProbeInput = closedObject({ url: HARVESTER_MEMBERS.url }).check(z.meta({ id: 'ProbeInput' }));
export const Probe = z
  .strictObject({
    url: text,
    type: z
      .nullable(text)
      .check(z.describe('The harvester type it wants; null when it is none that Reeve has')),
    title: z.nullable(text).check(z.describe('What the remote calls itself')),
    verdicts: z.array(z.strictObject({ type: text, match: z.boolean(), said: text })),
  })
  .check(z.meta({ id: 'Probe' }));
