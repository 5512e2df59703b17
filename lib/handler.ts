/** How a handler says what it is called with and which ports it uses; its type, its grants and its environment follow from that. */
import type * as z from 'zod/mini';
import type { PortName, Ports } from './ports.ts';
import type { Limits } from './session/limits.ts';
import { ReeveError } from './session/errors.ts';
import './settings/english.ts';

/** What is true of one call of a handler. */
export interface Call {
  readonly limits: Limits;
  /** Until the handler is killed. */
  timeLeftMillis(): number;
}

export interface Handler<Input, Output, Uses extends PortName> {
  readonly name: string;
  readonly input: z.ZodMiniType<Input>;
  readonly uses: readonly Uses[];
  run(input: Input, ports: Pick<Ports, Uses>, call: Call): Promise<Output>;
}

export function defineHandler<Input, Output, Uses extends PortName>(
  handler: Handler<Input, Output, Uses>,
): Handler<Input, Output, Uses> {
  return handler;
}

/** A handler as a world runs it: input still unknown. */
export interface AnyHandler {
  readonly name: string;
  readonly uses: readonly PortName[];
  invoke(input: unknown, ports: Ports, call: Call): Promise<unknown>;
}

/** @throws InputInvalid naming every fault of the input */
export function runnable<Input, Output, Uses extends PortName>(
  handler: Handler<Input, Output, Uses>,
): AnyHandler {
  return {
    name: handler.name,
    uses: handler.uses,
    invoke: async (input, ports, call) =>
      handler.run(parseInput(handler.name, handler.input, input), ports, call),
  };
}

/** @throws InputInvalid: one sentence with every fault, where it is, and what is allowed there */
export function parseInput<T>(what: string, schema: z.ZodMiniType<T>, input: unknown): T {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(
    (issue) => `${issue.path.length === 0 ? 'it' : issue.path.join('.')}: ${issue.message}`,
  );
  throw new ReeveError(
    'InputInvalid',
    `The input of ${what} is not valid: ${faults.slice(0, 20).join('; ')}`,
  );
}
