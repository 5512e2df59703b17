/**
 * The state machine as one value: Discover -> Map over the wave's batches -> more? -> Finalize. The same value is deployed to Step Functions and run
 * by the embedded mode.
 */
import { TRY_AGAIN_NAMES } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import type { Catcher, MapState, Processor, Retrier, StateMachine, Task } from './asl.ts';

/** The Lambdas that the states call, as ARNs. */
export interface WorkflowFunctions {
  readonly discover: string;
  readonly harvest: string;
  readonly finalize: string;
}

/**
 * The errors of Lambda itself that pass: AWS's recommended list ("Handle transient Lambda service exceptions" in the Step Functions
 * guide), and what that list lacks: throttling, and the names under which a killed or timed-out function is reported.
 */
const LAMBDA_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
  'Sandbox.Timedout',
  'Runtime.ExitError',
  'States.Timeout',
] as const;

/** Full jitter, so that the batches of a Map do not come back all at once; bounded, so that no pause outgrows the work. */
function retry(
  errors: readonly string[],
  {
    attempts,
    firstSeconds = 2,
    mostSeconds = 60,
  }: { attempts: number; firstSeconds?: number; mostSeconds?: number },
): Retrier {
  return {
    ErrorEquals: errors,
    IntervalSeconds: firstSeconds,
    MaxAttempts: attempts,
    BackoffRate: 2,
    MaxDelaySeconds: mostSeconds,
    JitterStrategy: 'FULL',
  };
}

/** Goes to Finalize with the error; `States.ALL` does not catch `States.DataLimitExceeded` and `States.Runtime`: the event and the monitor do. */
const TO_FINALIZE: readonly Catcher[] = [
  { ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'FinalizeAfterError' },
];

const TRY_AGAIN = TRY_AGAIN_NAMES.filter((name) => name !== 'BatchUnfinished');

/**
 * One iteration, whatever the Map: a batch that cannot be harvested ends as 0 like any other. The finalizer sees from the table
 * that it was never committed.
 */
function processor(
  map: 'HarvestFew' | 'HarvestMany',
  mode: Processor['ProcessorConfig'],
  functions: WorkflowFunctions,
  limits: Limits,
): Processor {
  return {
    ProcessorConfig: mode,
    StartAt: `${map}Batch`,
    States: {
      // A state's name is unique in the whole machine, inside of its Maps too.
      [`${map}Batch`]: {
        Type: 'Task',
        Comment: 'Harvests the resources of one batch and commits it once; returns 0',
        Resource: functions.harvest,
        TimeoutSeconds: limits.harvestTaskSeconds,
        Retry: [
          // A batch that stopped before its time-out kept what it had: it goes on at once, as often as it must.
          { ErrorEquals: ['BatchUnfinished'], IntervalSeconds: 1, MaxAttempts: 100, BackoffRate: 1 },
          retry(LAMBDA_ERRORS, { attempts: 5 }),
          retry(TRY_AGAIN, { attempts: 5 }),
          // Anything else, a death of the worker by memory among it: enough tries to find out the resource that kills its workers.
          retry(['States.ALL'], { attempts: 3 }),
        ],
        Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: `${map}Uncommitted` }],
        End: true,
      },
      [`${map}Uncommitted`]: {
        Type: 'Pass',
        Comment: 'The finalizer counts the resources of this batch as lost',
        Result: 0,
        End: true,
      },
    },
  };
}

function mapOver(itemProcessor: Processor, limits: Limits, more: Partial<MapState>): MapState {
  return {
    Type: 'Map',
    ItemsPath: '$.batches',
    ItemSelector: {
      'session.$': '$.session',
      'batch.$': '$$.Map.Item.Value',
      // An execution keeps its time-outs when a later version with longer ones is deployed: its workers are told.
      callerWaitsSeconds: limits.harvestTaskSeconds,
    },
    MaxConcurrencyPath: '$.batchesAtOnce',
    ItemProcessor: itemProcessor,
    ResultPath: null,
    Next: 'More',
    Catch: TO_FINALIZE,
    ...more,
  };
}

function finalizeTask(
  functions: WorkflowFunctions,
  limits: Limits,
  parameters: Readonly<Record<string, unknown>>,
): Task {
  return {
    Type: 'Task',
    Resource: functions.finalize,
    Parameters: { 'session.$': '$.session', by: 'workflow', ...parameters },
    ResultPath: null,
    TimeoutSeconds: limits.finalizeTaskSeconds,
    Retry: [retry(LAMBDA_ERRORS, { attempts: 8 }), retry(['States.ALL'], { attempts: 8 })],
    End: true,
  };
}

/** @param functions ARNs of the Lambdas; the time-outs and sizes are those of `limits` */
export function harvestWorkflow(functions: WorkflowFunctions, limits: Limits): StateMachine {
  return {
    Comment: 'One harvesting session of Reeve. Ids and numbers cross it, never records.',
    StartAt: 'Discover',
    TimeoutSeconds: limits.workflowSecondsMax,
    States: {
      Discover: {
        Type: 'Task',
        Comment: 'Lists the remote and writes a wave of batches',
        Resource: functions.discover,
        TimeoutSeconds: limits.discoverTaskSeconds,
        Retry: [retry(LAMBDA_ERRORS, { attempts: 5 }), retry(TRY_AGAIN, { attempts: 5 })],
        Catch: TO_FINALIZE,
        Next: 'Wave',
      },
      Wave: {
        Type: 'Choice',
        Comment: 'Small waves share this history (25,000 events); large ones have one of their own',
        Choices: [
          { Variable: '$.map', StringEquals: 'inline', Next: 'HarvestFew' },
          { Variable: '$.map', StringEquals: 'distributed', Next: 'HarvestMany' },
        ],
        Default: 'More',
      },
      HarvestFew: mapOver(processor('HarvestFew', { Mode: 'INLINE' }, functions, limits), limits, {}),
      HarvestMany: mapOver(
        processor('HarvestMany', { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, functions, limits),
        limits,
        {
          Comment: 'STANDARD children: a batch may outlast the 300 s of an EXPRESS one',
          Label: 'Batches',
          ToleratedFailurePercentage: 100,
        },
      ),
      More: {
        Type: 'Choice',
        Choices: [{ Variable: '$.more', BooleanEquals: true, Next: 'Discover' }],
        Default: 'Finalize',
      },
      Finalize: finalizeTask(functions, limits, {}),
      FinalizeAfterError: finalizeTask(functions, limits, { 'error.$': '$.error' }),
    },
  };
}
