/** What is typed of a harvester, and what of it goes into requests: the settings of a new one, or of one that is there with what was typed over them. */
import type { Harvester, HarvesterSettings } from '../api/schemas.ts';
import { urlView } from '../api/views.ts';
import { harvesterType } from '../harvesters/index.ts';
import type { Json } from '../json.ts';
import type { CredentialsReference } from '../session/credentials.ts';
import type { Pace } from '../session/limits.ts';
import type { PartOfKeeping } from '../settings/keeping.ts';
import { remoteUrl } from '../settings/url.ts';
import { typedPartOfKeeping } from './keeping-options.ts';
import { typedPaceParts, typedSettings } from './options.ts';
import { typedCredentials } from './remote-options.ts';

/** As typed. */
export interface HarvesterFlags {
  readonly name?: string | undefined;
  /** Of one that is there: where its remote is now. */
  readonly url?: string | undefined;
  readonly type?: string | undefined;
  readonly every?: string | undefined;
  readonly timezone?: string | undefined;
  readonly set?: readonly string[] | undefined;
  readonly pace?: readonly string[] | undefined;
  readonly keep?: readonly string[] | undefined;
  readonly filter?: readonly string[] | undefined;
  readonly credentials?: readonly string[] | undefined;
}

/** `--every none` and `--credentials none` take them away, as `--filter none` does. */
const NONE = 'none';

/** Read, and judged as far as it can be without the harvester; what is absent was not typed, null takes away. */
export interface TypedHarvester {
  readonly name: string | undefined;
  readonly url: string | undefined;
  readonly type: string | undefined;
  readonly set: readonly string[];
  readonly pace: Partial<Pace>;
  readonly keeping: PartOfKeeping;
  readonly every: string | null | undefined;
  readonly timezone: string | undefined;
  readonly credentials: CredentialsReference | null | undefined;
}

/** @throws InputInvalid | SettingsInvalid */
export function typedHarvester(flags: HarvesterFlags): TypedHarvester {
  const { name, url, type, every, timezone, credentials } = flags;
  const { set = [], pace = [], keep = [], filter = [] } = flags;
  return {
    name,
    url: url === undefined ? undefined : remoteUrl(url),
    type: type === undefined ? undefined : harvesterType(type).type,
    set,
    pace: typedPaceParts(pace),
    keeping: typedPartOfKeeping(keep, filter),
    every: every === NONE ? null : every,
    timezone,
    credentials: credentials?.join() === NONE ? null : typedCredentials(credentials),
  };
}

/** Whether anything was typed that a harvester is made of. */
export function isAnyTyped(flags: HarvesterFlags): boolean {
  return Object.values(flags).some((value) => value !== undefined);
}

/** @throws SettingsInvalid for settings that the type does not take */
export function newSettings(typed: TypedHarvester, url: string, type: string): HarvesterSettings {
  const { name, set, pace, keeping, every, timezone, credentials } = typed;
  return {
    // A name is shown whole.
    name: name ?? urlView(url).slice(0, NAME_CHARS_MAX),
    url,
    type,
    settings: typedSettings(set, harvesterType(type)) as HarvesterSettings['settings'],
    pace,
    keeping,
    ...optional({ every: every ?? undefined, timezone, credentials: credentials ?? undefined }),
  };
}
const NAME_CHARS_MAX = 100;

/** Settings of one type are none of another: with another type they begin anew. */
export function changedSettings(there: Harvester, typed: TypedHarvester): HarvesterSettings {
  const { id, status, openSession, lastSession, ...said } = there;
  const type = typed.type ?? said.type;
  const given = type === said.type ? (said.settings as Readonly<Record<string, Json>>) : {};
  const every = typed.every === undefined ? said.every : typed.every;
  const credentials = typed.credentials === undefined ? said.credentials : typed.credentials;
  return {
    name: typed.name ?? said.name,
    url: typed.url ?? said.url,
    type,
    settings: typedSettings(typed.set, harvesterType(type), given) as HarvesterSettings['settings'],
    pace: { ...said.pace, ...typed.pace },
    keeping: { ...said.keeping, ...typed.keeping },
    ...optional({
      every: every ?? undefined,
      timezone: typed.timezone ?? (every === null ? undefined : (said.timezone ?? undefined)),
      credentials: credentials ?? undefined,
    }),
  };
}

function optional<T extends Record<string, unknown>>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
