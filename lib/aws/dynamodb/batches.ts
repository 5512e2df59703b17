/** Batches in the table: planned together, then committed or sealed, one by one, each once. */
import type { Batches, BatchSummary, Page } from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';
import type {
  Batch,
  BatchKey,
  BatchState,
  Held,
  Made,
  Outcome,
  PlannedResource,
  ResourceOutcome,
} from '../../session/session.ts';
import { checkItem, cursorOf, ITEM_VERSION, jsonOf, sortKeyOf, textOf } from './item.ts';
import { sessionPartition } from './sessions.ts';
import type { Item, Key, Table } from './table.ts';

const PREFIX = 'B#';

const keyOf = ({ sessionId, number, attempt }: BatchKey): Key => ({
  pk: sessionPartition(sessionId),
  sk: `${PREFIX}${String(number).padStart(6, '0')}#${attempt}`,
});

const SETTLE: { readonly condition: string } = { condition: '#state = :planned' };

export function createBatches(table: Table): Batches {
  const read = async (key: BatchKey): Promise<Batch | undefined> => {
    const item = await table.read(keyOf(key));
    return item && batchOf(item);
  };
  return {
    read,
    async plan(batches) {
      await table.putAll(batches.map(itemOf));
    },
    async begin(key) {
      const set = 'SET #tries = #tries + :one';
      const begun = await table.update(keyOf(key), {
        ...SETTLE,
        set,
        values: { ':one': 1, ':planned': 'planned' },
        whole: true,
      });
      return begun ? batchOf(begun) : read(key);
    },
    async commit(key, { outcomes, records, worker }) {
      const { letters, because, made } = packOutcomes(outcomes);
      const set =
        'SET #state = :committed, #outcomes = :outcomes, #because = :because, #made = :made, #records = :records, #committedBy = :worker';
      const values = {
        ':committed': 'committed',
        ':outcomes': letters,
        ':because': because,
        ':made': made,
        ':records': records,
        ':worker': worker,
      };
      const committed = await table.update(keyOf(key), {
        ...SETTLE,
        set,
        values: { ...values, ':planned': 'planned' },
      });
      if (committed !== undefined) return 'committed';
      // Perhaps by this very call, whose first answer was lost.
      return (await read(key))?.committedBy === worker ? 'committed' : 'refused';
    },
    async seal(key) {
      const values = { ':sealed': 'sealed', ':planned': 'planned' };
      const sealed = await table.update(keyOf(key), { ...SETTLE, set: 'SET #state = :sealed', values });
      const state = sealed ? 'sealed' : (await read(key))?.state;
      if (state === 'sealed' || state === 'committed') return state;
      throw new ReeveError(
        'InvariantBroken',
        `There is no batch ${key.number} of attempt ${key.attempt} of session ${key.sessionId} to seal`,
      );
    },
    summaries: (sessionId, cursor) => page(table, { sessionId, cursor, attributes: SUMMARY }, summaryOf),
    list: (sessionId, cursor) => page(table, { sessionId, cursor }, batchOf),
  };
}

const SUMMARY = ['pk', 'sk', 'version', 'state', 'size', 'records', 'committedBy'] as const;

/** As many batches as fit into 1 MB. */
async function page<T>(
  table: Table,
  {
    sessionId,
    cursor,
    attributes,
  }: { sessionId: string; cursor: string | undefined; attributes?: readonly string[] },
  read: (item: Item) => T,
): Promise<Page<T>> {
  const pk = sessionPartition(sessionId);
  const { items, more } = await table.query({
    where: '#pk = :pk AND begins_with(#sk, :prefix)',
    values: { ':pk': pk, ':prefix': PREFIX },
    ...(cursor === undefined ? {} : { after: { pk, sk: sortKeyOf(cursor, PREFIX) } }),
    ...(attributes === undefined ? {} : { attributes }),
  });
  return { values: items.map(read), ...(more === undefined ? {} : { cursor: cursorOf(more.sk) }) };
}

function itemOf(batch: Batch): Item {
  const { key, resources, outcomes, ...plain } = batch;
  const packed = outcomes && packOutcomes(outcomes);
  return {
    ...keyOf(key),
    version: ITEM_VERSION,
    ...plain,
    size: resources.length,
    resources: resources.map(({ hint, held, ...resource }) => ({
      ...resource,
      ...(hint === undefined ? {} : { hint: textOf(hint) }),
      ...(held === undefined ? {} : { held: JSON.stringify(held) }),
    })),
    ...(packed ? { outcomes: packed.letters, because: packed.because, made: packed.made } : {}),
  };
}

interface BatchItem {
  readonly state: BatchState;
  readonly staged: boolean;
  readonly tries: number;
  readonly records: number;
  readonly size: number;
  readonly committedBy?: string;
  readonly outcomes?: string;
  readonly because?: Readonly<Record<string, string>>;
  readonly made?: string;
  readonly resources: readonly (Omit<PlannedResource, 'hint' | 'held'> & {
    readonly hint?: string;
    readonly held?: string;
  })[];
}

function batchOf(item: Item): Batch {
  const { state, staged, tries, records, committedBy, outcomes, because, made, resources } = checkItem(
    item,
    'state',
    'resources',
  ) as unknown as BatchItem;
  return {
    key: batchKeyOf(item),
    state,
    resources: resources.map(({ hint, held, ...resource }) => ({
      ...resource,
      ...(hint === undefined ? {} : { hint: jsonOf(hint) }),
      ...(held === undefined ? {} : { held: JSON.parse(held) as Held }),
    })),
    staged,
    tries,
    outcomes: outcomes === undefined ? undefined : unpackOutcomes(outcomes, because ?? {}, madeOf(made)),
    records,
    committedBy,
  };
}

function summaryOf(item: Item): BatchSummary {
  const { state, records, committedBy, size } = checkItem(item, 'state', 'size') as unknown as BatchItem;
  return { key: batchKeyOf(item), state, records, committedBy, size };
}

function batchKeyOf(item: Item): BatchKey {
  const [, number, attempt] = String(item['sk']).split('#');
  return { sessionId: String(item['pk']).slice(2), attempt: attempt ?? '', number: Number(number) };
}

const LETTERS: Readonly<Record<Outcome, string>> = {
  harvested: 'h',
  unchanged: 'u',
  failed: 'f',
  skipped: 's',
  lost: 'l',
};
const OUTCOMES: ReadonlyMap<string, Outcome> = new Map(
  Object.entries(LETTERS).map(([outcome, letter]) => [letter, outcome as Outcome]),
);

/** One letter for each resource, and the reasons by position: a batch of 200 takes 200 bytes when all went well. */
function packOutcomes(outcomes: readonly ResourceOutcome[]): {
  letters: string;
  because: Record<string, string>;
  made: string;
} {
  const reasons = outcomes.flatMap(({ because }, index) =>
    because === undefined ? [] : [[String(index), because] as const],
  );
  return {
    letters: outcomes.map(({ outcome }) => LETTERS[outcome]).join(''),
    because: Object.fromEntries(reasons),
    made: packMade(outcomes),
  };
}

/** Parallel to the outcomes, as JSON text, since nobody asks the table for a part of it. */
function packMade(outcomes: readonly ResourceOutcome[]): string {
  if (outcomes.every(({ made }) => made === undefined)) return '';
  return JSON.stringify(
    outcomes.map(({ made }) => {
      if (made === undefined) return 0;
      const { fingerprint, etag, modified } = made;
      return etag === undefined && modified === undefined
        ? fingerprint
        : [fingerprint, etag ?? 0, modified ?? 0];
    }),
  );
}

type PackedMade = 0 | string | readonly [string, string | 0, string | 0];

function madeOf(text: string | undefined): readonly (Made | undefined)[] {
  if (text === undefined || text === '') return [];
  return (JSON.parse(text) as readonly PackedMade[]).map((packed) => {
    if (packed === 0) return undefined;
    if (typeof packed === 'string') return { fingerprint: packed };
    const [fingerprint, etag, modified] = packed;
    return { fingerprint, ...(etag === 0 ? {} : { etag }), ...(modified === 0 ? {} : { modified }) };
  });
}

function unpackOutcomes(
  letters: string,
  reasons: Readonly<Record<string, string>>,
  mades: readonly (Made | undefined)[],
): ResourceOutcome[] {
  return Array.from(letters, (letter, index) => {
    const outcome = OUTCOMES.get(letter);
    if (outcome === undefined)
      throw new ReeveError('InvariantBroken', `"${letter}" is not the letter of an outcome`);
    const because = reasons[String(index)];
    const made = mades[index];
    return {
      outcome,
      ...(because === undefined ? {} : { because }),
      ...(made === undefined ? {} : { made }),
    };
  });
}
