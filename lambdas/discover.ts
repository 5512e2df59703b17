/** discover: asks the remote what it has, writes batches, and hands them over as a wave that counts once the session says so. */
import * as z from 'zod/mini';
import pMap from 'p-map';
import { defineHandler, type Call } from '../lib/handler.ts';
import { loadHarvesterType } from '../lib/harvesters/loading.ts';
import { openLister } from '../lib/listing/lister.ts';
import type { LeftOut, Lister, Selected } from '../lib/listing/selected.ts';
import type { Ports } from '../lib/ports.ts';
import { change } from '../lib/protocol/change.ts';
import { packLines, putJson } from '../lib/records.ts';
import { batchNumbers, BatchPlanner, nextBatchNumber, type PlannedBatch } from '../lib/session/batches.ts';
import { stagedCursorKey, stagedLeftOutKey, stagedListedKey } from '../lib/session/names.ts';
import type { Instant, Session } from '../lib/session/session.ts';
import { sized, standstillOf, waveAccepted } from '../lib/session/transitions.ts';

const DiscoverInput = z.object({
  session: z.string().check(z.minLength(1)),
  /** How many waves the session has, as far as the caller knows. */
  wave: z.int().check(z.minimum(0)),
});
export type DiscoverInput = z.infer<typeof DiscoverInput>;

/** What crosses the state machine: ids and numbers, at most 2,000 of them, never records. */
export interface DiscoverOutput {
  readonly session: string;
  /** How many waves the session has now. */
  readonly wave: number;
  readonly batches: readonly number[];
  readonly batchesAtOnce: number;
  readonly map: 'none' | 'inline' | 'distributed';
  readonly more: boolean;
}

const USES = ['sessions', 'batches', 'records', 'remote', 'clock', 'chance', 'log'] as const;
type DiscoverPorts = Pick<Ports, (typeof USES)[number]>;

const BATCHES_A_WRITE = 25;
const STAGED_AT_ONCE = 8;
const LEFT_OUT_A_PART = 5_000;

export const discover = defineHandler({
  name: 'discover',
  input: DiscoverInput,
  uses: USES,
  async run(input: DiscoverInput, ports: DiscoverPorts, call: Call): Promise<DiscoverOutput> {
    const session = await ports.sessions.read(input.session);
    if (session === undefined) return nothingMore(input);
    // A try whose answer was lost had its wave accepted: hand over the same wave.
    if (session.waves.length > input.wave) return handOver(session, input.wave, call);
    if (session.listing.ended || standstillOf(session, ports.clock.now()) !== undefined)
      return nothingMore(input);

    const type = await loadHarvesterType(session.remote.type);
    const lister = await openLister(ports, session, type, call.limits);
    if (lister === undefined) return nothingMore(input);
    const attempt = ports.chance.token();
    const firstBatch = nextBatchNumber(session.waves);
    const planner = new BatchPlanner(
      { sessionId: session.id, attempt, firstBatch },
      session.pace,
      call.limits,
    );
    await list(
      ports,
      { session, lister, planner, leftOut: new LeftOutWriter(ports, session.id, attempt) },
      call,
    );

    const { listing } = giveUpAfterLastWave(lister, input.wave, call);
    // At the end too: what was seen is what the finalizer judges by what is missing.
    await putJson(ports.records, stagedCursorKey(session.id, attempt), lister.state);
    const found = { index: input.wave, wave: planner.wave, listing };
    const accepted = await change(ports, session.id, (current) => waveAccepted(current, found, call.limits));
    if (accepted === undefined || accepted.said === 'over') return nothingMore(input);
    ports.log.info('wave listed', {
      session: session.id,
      harvester: session.harvesterId,
      wave: input.wave,
      ...planner.wave,
      said: accepted.said,
      ...listing,
    });
    return handOver(accepted.session, input.wave, call);
  },
});

function nothingMore(input: DiscoverInput): DiscoverOutput {
  return {
    session: input.session,
    wave: input.wave,
    batches: [],
    batchesAtOnce: 1,
    map: 'none',
    more: false,
  };
}

function handOver(session: Session, index: number, { limits }: Call): DiscoverOutput {
  const wave = session.waves[index];
  const batches = wave ? batchNumbers(wave) : [];
  const isInline = batches.length <= limits.inlineBatchesMax && index < limits.inlineWavesMax;
  return {
    session: session.id,
    wave: index + 1,
    batches,
    batchesAtOnce: session.pace.batchesAtOnce,
    map: batches.length === 0 ? 'none' : isInline ? 'inline' : 'distributed',
    more: index + 1 < session.waves.length || !session.listing.ended,
  };
}

function giveUpAfterLastWave(
  lister: Lister,
  index: number,
  { limits }: Call,
): { listing: Session['listing'] } {
  const { listing } = lister;
  if (listing.ended || index + 1 < limits.wavesMax) return { listing };
  const fault = `the listing was left after ${limits.wavesMax} waves (limit wavesMax)`;
  return { listing: { ...listing, ended: true, complete: false, fault } };
}

interface Pass {
  readonly session: Session;
  readonly lister: Lister;
  readonly planner: BatchPlanner;
  readonly leftOut: LeftOutWriter;
}

/** Resources that are listed and not planned go to the record store, some thousands at a time: a ledger names them too. */
class LeftOutWriter {
  readonly #ports: Pick<Ports, 'records'>;
  readonly #prefix: readonly [sessionId: string, attempt: string];
  #waiting: string[] = [];
  #parts = 0;

  constructor(ports: Pick<Ports, 'records'>, sessionId: string, attempt: string) {
    this.#ports = ports;
    this.#prefix = [sessionId, attempt];
  }

  async add(leftOut: readonly LeftOut[]): Promise<void> {
    for (const one of leftOut) this.#waiting.push(JSON.stringify(one));
    if (this.#waiting.length >= LEFT_OUT_A_PART) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await this.#ports.records.put(
      stagedLeftOutKey(...this.#prefix, this.#parts),
      packLines(this.#waiting.splice(0)),
    );
    this.#parts += 1;
  }
}

/** Lists until the listing ends, the wave is full, the time is nearly up, or the session takes no more work. */
async function list(ports: DiscoverPorts, pass: Pass, call: Call): Promise<void> {
  const { lister, planner, leftOut } = pass;
  const watch = {
    begunAt: ports.clock.now(),
    lookedAt: ports.clock.now(),
    matched: pass.session.listing.matched,
  };
  let toWrite: PlannedBatch[] = [];
  let writing = Promise.resolve();
  while (
    !lister.listing.ended &&
    planner.wave.batches < call.limits.waveBatchesMax &&
    (await goesOn(ports, pass, watch, call))
  ) {
    const resources = await lister.next();
    await leftOut.add(lister.takeLeftOut());
    for (const [index, resource] of resources.entries()) {
      if (planner.wave.batches >= call.limits.waveBatchesMax) {
        lister.giveBack(resources.slice(index));
        break;
      }
      toWrite.push(...planner.add(withoutUnknown(resource)));
    }
    if (toWrite.length >= BATCHES_A_WRITE) {
      await writing;
      // The remote is asked on meanwhile. What fails is told where it is awaited.
      writing = write(ports, toWrite);
      writing.catch(() => undefined);
      toWrite = [];
    }
    await tellSize(ports, pass, watch, call);
  }
  await writing;
  await write(ports, [...toWrite, ...planner.flush()]);
  await leftOut.flush();
}

const VERSION_CHARS_MAX = 200;

function withoutUnknown({ id, title, version, held, hint, listed }: Selected): Selected {
  return {
    id,
    ...(title === undefined ? {} : { title: title.slice(0, 200) }),
    // Cut, it could be equal to another's: then it says nothing.
    ...(version === undefined || version.length > VERSION_CHARS_MAX ? {} : { version }),
    ...(held === undefined ? {} : { held }),
    ...(hint === undefined ? {} : { hint }),
    ...(listed === undefined ? {} : { listed }),
  };
}

interface Watch {
  readonly begunAt: Instant;
  lookedAt: Instant;
  matched: number | undefined;
}

async function goesOn(ports: DiscoverPorts, { session }: Pass, watch: Watch, call: Call): Promise<boolean> {
  const now = ports.clock.now();
  if (now - watch.begunAt >= call.limits.discoverSeconds * 1_000) return false;
  if (call.timeLeftMillis() < session.pace.resourceSeconds * 1_000) return false;
  if (now - watch.lookedAt < call.limits.sessionLookSeconds * 1_000) return true;
  watch.lookedAt = now;
  return standstillOf(await ports.sessions.read(session.id), now) === undefined;
}

/** As soon as the remote says how many resources it has, the session's deadline moves. */
async function tellSize(
  ports: DiscoverPorts,
  { session, lister }: Pass,
  watch: Watch,
  call: Call,
): Promise<void> {
  const { matched } = lister.listing;
  if (matched === undefined || matched === watch.matched) return;
  watch.matched = matched;
  await change(ports, session.id, (current) => sized(current, matched, call.limits));
}

async function write(ports: DiscoverPorts, planned: readonly PlannedBatch[]): Promise<void> {
  await pMap(
    planned.filter(({ listed }) => listed !== undefined),
    ({ batch, listed }) =>
      ports.records.put(
        stagedListedKey(batch.key),
        packLines((listed ?? []).map((one) => JSON.stringify(one ?? null))),
      ),
    { concurrency: STAGED_AT_ONCE },
  );
  for (let from = 0; from < planned.length; from += BATCHES_A_WRITE) {
    await ports.batches.plan(planned.slice(from, from + BATCHES_A_WRITE).map(({ batch }) => batch));
  }
}
