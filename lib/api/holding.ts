/** What is held of a harvester's remote, resource by resource; and which of them somebody wants. */
import { heldView, stateOf } from '../ledger/state.ts';
import { ledgerPage } from '../ledger/store.ts';
import { pageOf } from '../pages.ts';
import { choose } from '../protocol/choose.ts';
import { harvesterAt } from './harvesters.ts';
import type { Operations } from './app.ts';
import { badRequest } from './problem.ts';
import { pagingOf } from './sessions.ts';

export const holdingOperations: Operations<'listHeld' | 'chooseResources'> = {
  async listHeld({ params, query }, { ports }) {
    const { id, ledger } = await harvesterAt(ports, params.harvester);
    const reading = { records: ports.ledgers };
    const { values, cursor } = await pageOf(
      async (page) => (ledger === undefined ? { values: [] } : ledgerPage(reading, id, ledger, page)),
      {
        ...pagingOf(query),
        keyOf: (entry) => entry.id,
        wants: (entry) => query.state === undefined || stateOf(entry) === query.state,
      },
    );
    return { status: 200, body: { resources: values.map(heldView), cursor: cursor ?? null } };
  },

  async chooseResources({ params, body: { select = [], deselect = [], asUsual = [] } }, { ports }) {
    const choices = new Map<string, boolean | null>();
    const twice = new Set<string>();
    for (const [ids, choice] of [
      [select, true],
      [deselect, false],
      [asUsual, null],
    ] as const)
      for (const id of ids) {
        if (choices.has(id) && choices.get(id) !== choice) twice.add(id);
        choices.set(id, choice);
      }
    if (choices.size === 0)
      throw badRequest(['body: it names no resource; allowed are select, deselect and asUsual']);
    if (twice.size > 0)
      throw badRequest(
        [...twice].map((id) => `body: ${JSON.stringify(id)} is named for two things; allowed is one`),
      );
    const { id } = await harvesterAt(ports, params.harvester);
    const decided = await choose({ ...ports, records: ports.ledgers }, id, choices);
    return { status: 200, body: { decided } };
  },
};
