/** Creates and changes harvesters over an API: the same requests for `harvesters add`, `harvesters change`, `harvesters apply` and `harvest --api`. */
import * as z from 'zod/mini';
import { Harvester, Probe, type HarvesterSettings } from '../api/schemas.ts';
import { noTypeFound } from '../harvesters/probe.ts';
import { ReeveError } from '../session/errors.ts';
import { harvesterIdOf } from '../session/names.ts';
import type { Api } from './api.ts';
import type { FoundHarvester } from './find-over-api.ts';
import { differencesBetween } from './harvester-differences.ts';

const NOTHING = z.undefined();

export interface SavedHarvester {
  readonly harvester: Harvester;
  /** What a change changed; nothing of what is new, or was so before. */
  readonly differences: readonly string[];
  readonly did: 'created' | 'changed' | 'kept';
}

/**
 * The type of a URL, found out by whoever answers the API.
 * @throws InputInvalid with the reason of each type when it is none of them, RemoteUnreachable
 */
export async function typeOver(api: Api, url: string): Promise<string> {
  const { type, verdicts } = (await api.ask('probe', Probe, { body: { url } })).body;
  if (type !== null) return type;
  throw noTypeFound(
    url,
    verdicts.map(({ type: one, said }) => ({ type: one, because: said })),
  );
}

/**
 * May be repeated: with the same settings it is created once.
 * @throws Conflict when it is there with other settings
 */
export async function createOver(
  api: Api,
  id: string | undefined,
  settings: HarvesterSettings,
): Promise<SavedHarvester> {
  const body = { ...(id === undefined ? {} : { id }), ...settings };
  const said = await api.ask('createHarvester', Harvester, { body }).catch((error: unknown) => {
    if (!(error instanceof ReeveError && error.name === 'Conflict')) throw error;
    const there = id ?? harvesterIdOf(settings.url);
    throw new ReeveError(
      'Conflict',
      `Harvester ${there} is there already, with other settings; allowed is to change it (harvesters change ${there}), or to add another under an --id of its own`,
      { cause: error },
    );
  });
  return { harvester: said.body, differences: [], did: said.status === 201 ? 'created' : 'kept' };
}

/**
 * Replaces the settings that were read, and no others; may be repeated.
 * @throws Conflict when somebody else changed them meanwhile
 */
export async function replaceOver(
  api: Api,
  { harvester, tag = '*' }: FoundHarvester,
  settings: HarvesterSettings,
): Promise<SavedHarvester> {
  const { id } = harvester;
  const asked = { params: { harvester: id }, body: settings, match: tag };
  const said = await api.ask('updateHarvester', Harvester, asked).catch((error: unknown) => {
    if (!(error instanceof ReeveError && error.name === 'Conflict')) throw error;
    throw new ReeveError(
      'Conflict',
      `Harvester ${id} was changed by somebody else since it was read, and is left as they made it; look at it, and try again`,
      { cause: error },
    );
  });
  return {
    harvester: said.body,
    differences: differencesBetween(harvester, said.body),
    did: said.tag !== undefined && said.tag === tag ? 'kept' : 'changed',
  };
}

/** @throws NotFound when it is gone already, Conflict while it has an open session */
export async function deleteOver(api: Api, id: string): Promise<void> {
  await api.ask('deleteHarvester', NOTHING, { params: { harvester: id } });
}
