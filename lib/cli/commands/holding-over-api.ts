/** With `--api`: what is held of a remote, and which of its resources are harvested. */
import { Decided, HeldPage } from '../../api/schemas.ts';
import type { HeldView } from '../../ledger/state.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Api } from '../api.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { allHarvesters, findHarvester, pagesOver } from '../find-over-api.ts';
import { tellChosen, type ChooseOptions } from './choose.ts';
import { tellHeld, type ResourcesOptions } from './resources.ts';

/** The API takes so many ids at once. */
const IDS_A_REQUEST = 1_000;

export async function heldOverApi(
  { screen }: Context,
  api: Api,
  { harvester: typed, ...asked }: ResourcesOptions,
): Promise<ExitCode> {
  const id = typed === undefined ? await onlyOne(api) : (await findHarvester(api, typed)).harvester.id;
  return tellHeld(screen, id, heldOf(api, id), asked);
}

export async function chooseOverApi(
  { screen }: Context,
  api: Api,
  options: ChooseOptions,
): Promise<ExitCode> {
  const { id } = (await findHarvester(api, options.harvester)).harvester;
  const name = options.choice === null ? 'asUsual' : options.choice ? 'select' : 'deselect';
  let decided = 0;
  for (let from = 0; from < options.ids.length; from += IDS_A_REQUEST) {
    const body = { [name]: options.ids.slice(from, from + IDS_A_REQUEST) };
    ({ decided } = (await api.ask('chooseResources', Decided, { params: { harvester: id }, body })).body);
  }
  tellChosen(screen, { ...options, harvester: id }, decided);
  return EXIT.allOk;
}

async function onlyOne(api: Api): Promise<string> {
  const harvesters = await allHarvesters(api);
  const [only] = harvesters;
  if (only !== undefined && harvesters.length === 1) return only.id;
  throw new ReeveError(
    'InputInvalid',
    only === undefined
      ? `${api.where} has no harvester yet`
      : `${api.where} has ${harvesters.length} harvesters; allowed is to name one of them, such as ${only.id}`,
  );
}

async function* heldOf(api: Api, harvester: string): AsyncGenerator<HeldView> {
  for await (const { resources } of pagesOver(api, 'listHeld', HeldPage, { params: { harvester } }))
    yield* resources;
}
