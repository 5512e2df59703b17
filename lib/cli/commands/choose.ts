/** `reeve select` and `reeve deselect`: which resources of a remote are harvested, one by one. */
import { choose } from '../../protocol/choose.ts';
import type { Remote } from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { findHarvester } from '../find.ts';
import type { Screen } from '../screen.ts';
import { countOf } from '../words.ts';
import { openToWork } from '../world.ts';

/** Opening the folder concludes what was left open in it, which asks no remote. */
const NO_REMOTE: Remote = {
  fetch: () => Promise.reject(new ReeveError('InvariantBroken', 'Choosing resources asks no remote')),
};

export interface ChooseOptions {
  readonly harvester: string;
  readonly ids: readonly string[];
  /** True is harvested, false is not, null is as usual again. */
  readonly choice: boolean | null;
}

export async function chooseResources(
  context: Context,
  { harvester: typed, ids, choice }: ChooseOptions,
): Promise<ExitCode> {
  const world = await openToWork(context, { remote: NO_REMOTE, doing: 'choosing resources' });
  try {
    const { id } = await findHarvester(world.ports, typed);
    const decided = await choose(world.ports, id, new Map(ids.map((one) => [one, choice])));
    tellChosen(context.screen, { harvester: id, ids, choice }, decided);
    return EXIT.allOk;
  } finally {
    await world.close();
  }
}

/** @param decided how many resources are decided on one by one now */
export function tellChosen(screen: Screen, { harvester, ids, choice }: ChooseOptions, decided: number): void {
  const words = choice === null ? 'as usual' : choice ? 'selected' : 'not selected';
  screen.document({ harvester, resources: ids, selected: choice, decided });
  screen.print(
    `${countOf(ids.length, 'resource')} of ${harvester}: ${words} from the next session on; ${countOf(decided, 'resource')} decided on one by one`,
  );
}
