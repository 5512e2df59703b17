/** What crosses the API: views of harvesters, sessions and resources. The OpenAPI document is made from these. */
import { z } from 'zod';
import { OUTCOMES } from '../resources.ts';
import { HARVESTER_STATUSES, OPEN_STATUSES, SESSION_KINDS, TERMINAL_STATUSES } from '../session/session.ts';
import { closedObject } from '../settings/faults.ts';
import { PartOfKeeping } from '../settings/keeping.ts';
import { HARVESTER_MEMBERS, WholePace } from '../settings/members.ts';

/** Of harvesters and sessions; they are parts of paths. */
const ID_ALLOWED = 'allowed are 1 to 64 letters, digits, dashes and underscores';
export const Id = z.string(ID_ALLOWED).regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, ID_ALLOWED);

const instant = z.iso.datetime().describe('UTC');
const text = z.string();

const { every, timezone, ...settings } = HARVESTER_MEMBERS;

/** All that can be said of a harvester; what is not said is usual. */
export const HarvesterSettings = closedObject({
  ...settings,
  every: every
    .optional()
    .describe('How often it is harvested by itself: "15m", "1d", or five fields of cron. Without it: never'),
  timezone: timezone.describe('Of a cron expression; UTC when it is not given'),
}).meta({ id: 'HarvesterSettings' });
export type HarvesterSettings = z.infer<typeof HarvesterSettings>;

export const NewHarvester = closedObject({
  id: Id.optional().describe('Without it the harvester is named after its URL'),
  ...HarvesterSettings.shape,
}).meta({ id: 'NewHarvester' });
export type NewHarvester = z.infer<typeof NewHarvester>;

export const Harvester = z
  .strictObject({
    id: Id,
    name: text,
    url: text.describe('Without the values of parameters that look like secrets'),
    type: text,
    settings: z.json().describe('Of its type, whole'),
    credentials: z
      .looseObject({ kind: text, secret: text })
      .nullable()
      .describe('Their kind, and where the secret lies; never the secret'),
    pace: WholePace,
    keeping: PartOfKeeping,
    every: text.nullable(),
    timezone: text.nullable(),
    status: z.enum(HARVESTER_STATUSES).describe("GeoNode's words"),
    openSession: Id.nullable().describe('The session that harvests it now'),
    lastSession: Id.nullable().describe('The last session that closed'),
  })
  .meta({ id: 'Harvester' });
export type Harvester = z.infer<typeof Harvester>;

const count = z.int().min(0);
const Counts = z
  .strictObject({
    total: count,
    harvested: count,
    unchanged: count,
    failed: count,
    skipped: count,
    lost: count,
  })
  .meta({ id: 'Counts', description: 'total is the sum of the others' });

const Difference = z
  .strictObject({
    new: count,
    changed: count,
    unchanged: count,
    gone: count,
    restored: count,
    removed: count,
    held: count,
    goneRefused: text.nullable().describe('Why what was not listed was not taken for gone'),
  })
  .meta({ id: 'Difference' });

export const Session = z
  .strictObject({
    id: Id,
    kind: z.enum(SESSION_KINDS),
    harvester: Id,
    type: text,
    url: text,
    status: z.enum([...OPEN_STATUSES, ...TERMINAL_STATUSES]),
    counts: Counts.nullable().describe('Null until it is concluded: an open session is not counted'),
    finalizedBy: z.enum(['workflow', 'monitor', 'event', 'sweep', 'start']).nullable(),
    cause: text.describe('Why it ended as it did; empty when all went well'),
    reasons: z
      .array(z.strictObject({ reason: text, count, example: text }))
      .describe('Why resources failed, most frequent first, with one resource that shows it'),
    warnings: z.array(text),
    startedAt: instant,
    concludedAt: instant.nullable(),
    closedAt: instant.nullable().describe('When its clean-up was done too'),
    deadlineAt: instant,
    matched: count
      .nullable()
      .describe('How many resources the remote says it has; null when it does not say'),
    listed: count.describe('How many resources were listed so far'),
    listingComplete: z.boolean(),
    duplicates: count,
    notSelected: count.describe('Resources that were listed and are not selected, or do not meet the filter'),
    difference: Difference.nullable().describe('What it changed of what is held; null until it is closed'),
    retryOf: Id.nullable().describe(
      'The earlier session of which it harvests only what failed, was skipped or lost',
    ),
    records: text.describe('The prefix of its records in the record store'),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof Session>;

/** An outcome, or `under way` while nobody has reported on it in an open session. */
export const OutcomeSoFar = z.enum([...OUTCOMES, 'under way']);

export const Resource = z
  .strictObject({
    id: text,
    title: text,
    outcome: OutcomeSoFar,
    because: text.describe('Empty for what was harvested or is unchanged'),
  })
  .meta({ id: 'Resource' });

const cursor = text
  .nullable()
  .describe(
    'Give it to get what follows; null at the end. A page may have fewer values than asked for, or none, and yet not be the last',
  );
export const HarvesterPage = z
  .strictObject({ harvesters: z.array(Harvester), cursor })
  .meta({ id: 'HarvesterPage' });
export const SessionPage = z.strictObject({ sessions: z.array(Session), cursor }).meta({ id: 'SessionPage' });
export const ResourcePage = z
  .strictObject({ resources: z.array(Resource), cursor })
  .meta({ id: 'ResourcePage' });

/** What a caller may ask of a new session; it goes to `start` as it is. */
export const Start = closedObject({
  kind: z
    .enum(SESSION_KINDS)
    .optional()
    .describe('Without it the session harvests; discover-harvestable-resources only lists what there is'),
  full: z.boolean().optional().describe('Fetch and read every resource again, whatever is known of it'),
  acceptGone: z
    .boolean()
    .optional()
    .describe('Believe the listing even where more is gone than the harvester allows'),
}).meta({ id: 'Start' });
export const Nothing = closedObject({}).meta({ id: 'Nothing', description: 'Nothing is asked besides' });

export const ProbeInput = closedObject({ url: HARVESTER_MEMBERS.url }).meta({ id: 'ProbeInput' });
export const Probe = z
  .strictObject({
    url: text,
    type: text.nullable().describe('The harvester type it wants; null when it is none that Reeve has'),
    title: text.nullable().describe('What the remote calls itself'),
    verdicts: z.array(z.strictObject({ type: text, match: z.boolean(), said: text })),
  })
  .meta({ id: 'Probe' });
