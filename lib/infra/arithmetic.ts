/** What the limits of AWS make of ours: products that must fit into a history, a state, an item; checked before anything is built. Pure. */
import type { Limits } from '../session/limits.ts';

/** Of a STANDARD execution; one more and it fails (Step Functions quotas). */
const HISTORY_EVENTS_MAX = 25_000;
/** Retries are events too: a fifth is kept for them. */
const HISTORY_EVENTS_USED_MAX = HISTORY_EVENTS_MAX * 0.8;
/** Of one wave: Discover, the choices, the Map around its iterations. */
const EVENTS_OF_A_WAVE = 14;
/** Of one iteration of an inline Map, which has no history of its own. */
const EVENTS_OF_AN_ITERATION = 7;
/** Of a state's input and output. */
const STATE_BYTES_MAX = 256_000;
/** A batch crosses a state as a number of at most seven characters and a comma. */
const BYTES_OF_A_NUMBER = 8;
/** Of an item of DynamoDB. */
const ITEM_BYTES_MAX = 400_000;
/** Of a character in UTF-8. */
const CHARACTER_BYTES_MAX = 4;
const LAMBDA_SECONDS_MAX = 900;

/** One sentence for each product that does not fit. */
export function faultsOfArithmetic(limits: Limits): string[] {
  const { wavesMax, waveBatchesMax, inlineBatchesMax, inlineWavesMax, batchSizeMax } = limits;
  const faults: string[] = [];
  const fits = (value: number, most: number, sentence: string): void => {
    if (value > most) faults.push(sentence);
  };
  for (const name of ['harvestLambdaSeconds', 'discoverLambdaSeconds', 'finalizeLambdaSeconds'] as const)
    fits(
      limits[name],
      LAMBDA_SECONDS_MAX,
      `${name} is ${limits[name]}; Lambda allows at most ${LAMBDA_SECONDS_MAX}`,
    );
  fits(
    waveBatchesMax * BYTES_OF_A_NUMBER,
    STATE_BYTES_MAX,
    `waveBatchesMax is ${waveBatchesMax}; allowed is at most ${STATE_BYTES_MAX / BYTES_OF_A_NUMBER}, or a wave exceeds 256 KiB`,
  );
  const events = wavesMax * EVENTS_OF_A_WAVE + inlineWavesMax * inlineBatchesMax * EVENTS_OF_AN_ITERATION;
  fits(
    events,
    HISTORY_EVENTS_USED_MAX,
    `wavesMax (${wavesMax}), inlineWavesMax (${inlineWavesMax}) and inlineBatchesMax (${inlineBatchesMax}) make a history of ${events} events; allowed are ${HISTORY_EVENTS_USED_MAX} (wavesMax x ${EVENTS_OF_A_WAVE} + inlineWavesMax x inlineBatchesMax x ${EVENTS_OF_AN_ITERATION})`,
  );
  const itemBytes = limits.batchItemBytesMax + batchSizeMax * limits.reasonCharsMax * CHARACTER_BYTES_MAX;
  fits(
    itemBytes,
    ITEM_BYTES_MAX,
    `batchItemBytesMax (${limits.batchItemBytesMax}) and the reasons of batchSizeMax (${batchSizeMax}) resources make an item of ${itemBytes} bytes; DynamoDB allows ${ITEM_BYTES_MAX}`,
  );
  if (limits.sweepIntervalSeconds % 60 !== 0)
    faults.push(`sweepIntervalSeconds is ${limits.sweepIntervalSeconds}; EventBridge allows whole minutes`);
  return faults;
}
