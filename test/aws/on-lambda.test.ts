import * as z from 'zod/mini';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { onLambda } from '../../lib/aws/on-lambda.ts';
import { inputOf } from '../../lib/aws/trigger-input.ts';
import type { Adapter } from '../../lib/aws/world.ts';
import { defineHandler, type Call } from '../../lib/handler.ts';
import type { Records } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';

const ENVIRONMENT = { REEVE_STACK: 'Reeve', REEVE_LIMITS: '{"checksMax":7}', REEVE_BUCKET: 'b' };
const CONTEXT = { awsRequestId: 'r-1', getRemainingTimeInMillis: () => 10_000 };

const written: string[] = [];
/** Lambda takes both for the log. */
for (const stream of [process.stdout, process.stderr]) {
  vi.spyOn(stream, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
}
const lines = (): Record<string, unknown>[] =>
  written
    .splice(0)
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

afterEach(() => {
  written.length = 0;
});

function handlerThat(
  run: (input: { n: number }, ports: { records: Records }, call: Call) => Promise<unknown>,
) {
  return defineHandler({
    name: 'try',
    input: z.object({ n: z.int() }),
    uses: ['records', 'log', 'metrics'] as const,
    run: (input, ports, call) => {
      ports.log.info('ran', { n: input.n });
      ports.metrics.count('ResourcesHarvested', 2, { type: 'geonode' });
      ports.metrics.count('ResourcesHarvested', 3, { type: 'geonode' });
      return run(input, ports, call);
    },
  });
}

const records: Adapter<'records'> = ({ REEVE_BUCKET }) =>
  ({ read: (key: string) => Promise.resolve(Buffer.from(`${REEVE_BUCKET}/${key}`)) }) as unknown as Records;

describe('a handler as a Lambda', () => {
  test('is given its ports, the limits of the installation, and less time than it has', async () => {
    let seen: unknown;
    const lambda = onLambda(
      handlerThat(async (input, ports, call) => {
        seen = {
          limits: call.limits,
          left: call.timeLeftMillis(),
          read: Buffer.from((await ports.records.read('k'))!).toString(),
        };
        return input.n + 1;
      }),
      { records },
      ENVIRONMENT,
    );
    expect(await lambda({ n: 1 }, CONTEXT)).toBe(2);
    expect(seen).toEqual({ limits: { ...DEFAULT_LIMITS, checksMax: 7 }, left: 7_000, read: 'b/k' });
  });

  test('throws what the handler throws, by its name: that is what the state machine sees', async () => {
    const lambda = onLambda(
      handlerThat(() => Promise.reject(new ReeveError('BatchUnfinished', '3 of 5 done'))),
      { records },
      ENVIRONMENT,
    );
    const thrown = await lambda({ n: 1 }, CONTEXT).catch((error: unknown) => error);
    expect((thrown as Error).name).toBe('BatchUnfinished');
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: 'WARN',
        error: 'BatchUnfinished',
        because: '3 of 5 done',
        request: 'r-1',
      }),
    );
  });

  test('names every fault of an input that is wrong', async () => {
    const lambda = onLambda(
      handlerThat(() => Promise.resolve(0)),
      { records },
      ENVIRONMENT,
    );
    await expect(lambda({ key1: 'value1' }, CONTEXT)).rejects.toMatchObject({
      name: 'InputInvalid',
      message: expect.stringContaining('n: ') as string,
    });
  });

  test('a bug is logged with its stack, an expected error without', async () => {
    const buggy = onLambda(
      handlerThat(() => Promise.reject(new TypeError('x is not a function'))),
      { records },
      ENVIRONMENT,
    );
    await expect(buggy({ n: 1 }, CONTEXT)).rejects.toThrow('x is not a function');
    const [bug] = lines().filter(({ level }) => level === 'ERROR');
    expect(bug).toMatchObject({
      error: 'TypeError',
      stack: expect.stringContaining('on-lambda.test.ts') as string,
    });
  });

  test('logs one line of JSON each, with the stack, the handler and the request', async () => {
    await onLambda(
      handlerThat(() => Promise.resolve(0)),
      { records },
      ENVIRONMENT,
    )({ n: 1 }, CONTEXT);
    expect(lines()).toContainEqual(
      expect.objectContaining({
        level: 'INFO',
        message: 'ran',
        service: 'Reeve',
        handler: 'try',
        request: 'r-1',
        n: 1,
      }),
    );
  });

  test('writes metrics once a call, added up, by few dimensions, also when the handler throws', async () => {
    const lambda = onLambda(
      handlerThat(() => Promise.reject(new ReeveError('StoreBusy', 'busy'))),
      { records },
      ENVIRONMENT,
    );
    await lambda({ n: 1 }, CONTEXT).catch(() => undefined);
    const metrics = lines().filter((line) => '_aws' in line);
    expect(metrics).toEqual([
      expect.objectContaining({ ResourcesHarvested: 5, service: 'Reeve', type: 'geonode' }),
    ]);
    const [said] = metrics.map(
      (line) => (line['_aws'] as { CloudWatchMetrics: object[] }).CloudWatchMetrics[0],
    );
    expect(said).toEqual({
      Namespace: 'Reeve',
      Dimensions: [['service', 'type']],
      Metrics: [{ Name: 'ResourcesHarvested', Unit: 'Count' }],
    });
  });

  test('does not start when the environment lacks what the ports need, and says what', () => {
    const { REEVE_BUCKET: _left, ...lacking } = ENVIRONMENT;
    expect(() =>
      onLambda(
        handlerThat(() => Promise.resolve(0)),
        { records },
        { ...lacking, REEVE_STACK: '' },
      ),
    ).toThrow(
      'The environment lacks REEVE_STACK, REEVE_BUCKET; the stack sets what the ports records, log, metrics need',
    );
  });

  test.each([
    ['{', 'The limits are not JSON: {'],
    ['[]', 'The limits are []; allowed is a JSON object'],
    ['{"wavesMaximum":1}', 'wavesMaximum is not a limit; allowed are '],
    ['{"wavesMax":"1"}', 'wavesMax is "1"; allowed is a number'],
    ['{"harvestLambdaSeconds":0}', 'harvestLambdaSeconds is 0; allowed is a number above 0'],
  ])('does not start with the limits %s', (text, fault) => {
    expect(() =>
      onLambda(
        handlerThat(() => Promise.resolve(0)),
        { records },
        { ...ENVIRONMENT, REEVE_LIMITS: text },
      ),
    ).toThrow(fault);
  });
});

describe('one input, whoever calls', () => {
  test('what people, Step Functions, Scheduler and Lambdas give is the input', () => {
    for (const input of [{ harvester: 'h' }, { session: 's', check: 3 }, {}, null, 'text', [1]])
      expect(inputOf(input)).toBe(input);
  });

  test('an event of EventBridge is an envelope around it', () => {
    const envelope = {
      version: '0',
      id: 'e',
      source: 'mine',
      account: '1',
      region: 'eu-west-1',
      time: 't',
      resources: [],
    };
    expect(inputOf({ ...envelope, 'detail-type': 'Scheduled Event', detail: {} })).toEqual({});
    expect(inputOf({ ...envelope, 'detail-type': 'Please Harvest', detail: { harvester: 'h' } })).toEqual({
      harvester: 'h',
    });
  });

  test.each([
    ['FAILED', 'its execution failed'],
    ['TIMED_OUT', 'its execution timed out'],
    ['ABORTED', 'its execution was stopped'],
  ])('an execution that is %s becomes the finalizer’s input', (status, because) => {
    const detail = {
      executionArn: 'arn:aws:states:r:1:execution:m:s1',
      name: 's1',
      status,
      input: null,
      inputDetails: { included: false },
    };
    const event = { source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', detail };
    expect(inputOf(event)).toEqual({ session: 's1', by: 'event', because, execution: 's1' });
  });
});
