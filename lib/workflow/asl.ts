/** The part of the Amazon States Language (states-language.net) that the workflow uses, as types. */

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds: number;
  readonly MaxAttempts: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL';
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

export type Transit = { readonly Next: string } | { readonly End: true };

export type Task = Transit & {
  readonly Type: 'Task';
  readonly Comment?: string;
  /** The ARN of a Lambda: its input is the state's input, its result the state's result. */
  readonly Resource: string;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly ResultPath?: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch?: readonly Catcher[];
};

export interface ChoiceRule {
  readonly Variable: string;
  readonly StringEquals?: string;
  readonly BooleanEquals?: boolean;
  readonly Next: string;
}

export interface Choice {
  readonly Type: 'Choice';
  readonly Comment?: string;
  readonly Choices: readonly ChoiceRule[];
  readonly Default: string;
}

export interface Pass {
  readonly Type: 'Pass';
  readonly Comment?: string;
  readonly Result: number;
  readonly End: true;
}

export interface MapState {
  readonly Type: 'Map';
  readonly Comment?: string;
  readonly Label?: string;
  readonly ItemsPath: string;
  readonly ItemSelector: Readonly<Record<string, unknown>>;
  readonly MaxConcurrencyPath: string;
  readonly ToleratedFailurePercentage?: 100;
  readonly ItemProcessor: Processor;
  readonly ResultPath: null;
  readonly Next: string;
  readonly Catch: readonly Catcher[];
}

export interface Processor {
  readonly ProcessorConfig:
    { readonly Mode: 'INLINE' } | { readonly Mode: 'DISTRIBUTED'; readonly ExecutionType: 'STANDARD' };
  readonly StartAt: string;
  readonly States: Readonly<Record<string, Task | Pass>>;
}

export type State = Task | Choice | MapState;

export interface StateMachine {
  readonly Comment: string;
  readonly StartAt: string;
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}
