/**
 * What somebody says of a harvester: one schema for the settings file, the command line and the API. What judges it further knows all harvester
 * types and cron; this does not, so that who only reads need not load them.
 */
import * as z from 'zod/mini';
import { DEFAULT_PACE, type Pace } from '../session/limits.ts';
import { closedObject } from './faults.ts';
import { PartOfKeeping } from './keeping.ts';

export const EVERY_ALLOWED =
  'allowed is a duration from "1m" to "366d" in whole minutes such as "15m", "1h" or "7d", or a cron expression of five fields such as "0 3 * * *" that names days of the month or days of the week, not both';

export const TIMEZONE_ALLOWED = 'allowed is the name of a time zone such as "Europe/Berlin" or "UTC"';

const partsOfPace = Object.entries(DEFAULT_PACE).map(
  ([name, value]) => [name, typeof value === 'boolean' ? z.boolean() : z.number()] as const,
);

/** A pace with all its parts; the numbers are judged by `faultsOfPace`. */
export const WholePace = z.strictObject(Object.fromEntries(partsOfPace)) as unknown as z.ZodMiniType<Pace>;

/** Any part of a pace. */
export const PartOfPace = closedObject(
  Object.fromEntries(partsOfPace.map(([name, part]) => [name, z.optional(part)])),
) as unknown as z.ZodMiniType<Partial<Pace>>;

const NAME_ALLOWED = 'allowed is a text of 1 to 100 characters';

/** The members, each with what is allowed; who reads them says which may be missing. */
export const HARVESTER_MEMBERS = {
  name: z.string(NAME_ALLOWED).check(z.minLength(1, NAME_ALLOWED), z.maxLength(100, NAME_ALLOWED)),
  url: z.string('allowed is an http or https URL'),
  type: z.string('allowed is the name of a harvester type'),
  settings: z._default(
    z.record(z.string(), z.json(), 'allowed is an object of the settings of the harvester type'),
    {},
  ),
  /** Judged by `readCredentials`, which repeats nothing of it. */
  credentials: z.optional(z.unknown()),
  pace: z._default(PartOfPace, {}),
  keeping: z._default(PartOfKeeping, {}),
  every: z.string(EVERY_ALLOWED),
  timezone: z.optional(z.string(TIMEZONE_ALLOWED)),
} as const;
