/** Who decided on which resources when: what the lists in the store are held against. */
import { gunzipSync } from 'node:zlib';
import type { AnyHandler } from '../../lib/handler.ts';
import type { Ports } from '../../lib/ports.ts';
import type { Code } from './code.ts';

type Choices = Readonly<Record<string, boolean | null>>;

interface ChoosingCall {
  readonly harvester: string;
  readonly choices: Choices;
  readonly began: number;
  /** When its caller was told that it is done. */
  ended: number | undefined;
}

export class Choosing {
  readonly #calls: ChoosingCall[] = [];
  #order = 0;

  /** What a user does who decides on resources, as a process of its own. */
  handler({ choose }: Code, harvester: string, choices: Choices): AnyHandler {
    return {
      name: 'choose',
      uses: ['harvesters', 'sessions', 'records', 'chance'],
      invoke: async (_, ports: Ports) => {
        const call: ChoosingCall = { harvester, choices, began: (this.#order += 1), ended: undefined };
        this.#calls.push(call);
        await choose(ports, harvester, new Map(Object.entries(choices)));
        call.ended = this.#order += 1;
      },
    };
  }

  /** What is wrong with the lists of a harvester, as a sentence: each call that was answered counts, but for those that came later or beside it. */
  faultOf(harvester: string, decided: ReadonlyMap<string, boolean>): string | undefined {
    const calls = this.#calls.filter((call) => call.harvester === harvester);
    const ids = new Set(calls.flatMap(({ choices }) => Object.keys(choices)));
    for (const id of ids) {
      const of = calls.filter(({ choices }) => id in choices);
      const told = of.filter(({ ended }) => ended !== undefined);
      const last = told.sort((one, other) => (one.ended ?? 0) - (other.ended ?? 0)).at(-1);
      if (last === undefined) continue;
      const mayCount = of.filter(({ ended }) => ended === undefined || ended >= last.began);
      const is = decided.get(id) ?? null;
      if (!mayCount.some(({ choices }) => choices[id] === is))
        return `${id} was decided on as ${String(last.choices[id])}, and is ${String(is)}`;
    }
    return undefined;
  }
}

export function decidedIn(bytes: Uint8Array): Map<string, boolean> {
  return new Map(Object.entries(JSON.parse(gunzipSync(bytes).toString('utf8')) as Record<string, boolean>));
}
