/**
 * The AWS world of one Lambda: exactly the ports that its handler declares. Each adapter lies in a module of its own and is handed in by the
 * Lambda's entry point, so that a bundle holds the SDK clients that its handler uses and no others.
 */
import type { PortName, Ports } from '../ports.ts';
import type { Limits } from '../session/limits.ts';
import { systemChance, systemClock } from './ambient.ts';
import { limitsFrom, readEnvironment, type EnvironmentOf } from './environment.ts';
import { createLog, type LambdaLog } from './log.ts';
import { createMetrics, type LambdaMetrics } from './metrics.ts';

/** What every Lambda has without an adapter. */
export interface Ambient extends Pick<Ports, 'clock' | 'chance'> {
  readonly log: LambdaLog;
  readonly metrics: LambdaMetrics;
}
export type AmbientName = 'clock' | 'chance' | 'log' | 'metrics';
const AMBIENT_NAMES: ReadonlySet<PortName> = new Set<AmbientName>(['clock', 'chance', 'log', 'metrics']);

export type Adapter<P extends PortName> = (environment: EnvironmentOf<P>, ambient: Ambient) => Ports[P];
/** Complete by type: one adapter for each port that is used, and none for others. */
export type Adapters<Uses extends PortName> = { readonly [P in Exclude<Uses, AmbientName>]: Adapter<P> };

export interface LambdaWorld {
  readonly ports: Ports;
  readonly ambient: Ambient;
  readonly limits: Limits;
}

/** @throws SettingsInvalid when the environment lacks what the ports need */
export function openWorld<Uses extends PortName>(
  handler: { readonly name: string; readonly uses: readonly Uses[] },
  adapters: Adapters<Uses>,
  source: Readonly<Record<string, string | undefined>>,
): LambdaWorld {
  const environment = readEnvironment(handler.uses, source);
  const ambient: Ambient = {
    clock: systemClock,
    chance: systemChance,
    log: createLog(environment.REEVE_STACK, handler.name),
    metrics: createMetrics(environment.REEVE_STACK),
  };
  const made = handler.uses
    .filter((port) => !AMBIENT_NAMES.has(port))
    .map((port) => {
      const adapter = (adapters as unknown as Readonly<Record<PortName, Adapter<PortName>>>)[port];
      return [port, adapter(environment as EnvironmentOf<PortName>, ambient)] as const;
    });
  // A handler's type lets it see the ports that it declares and no others.
  const ports = { ...ambient, ...Object.fromEntries(made) } as unknown as Ports;
  return { ports, ambient, limits: limitsFrom(environment.REEVE_LIMITS) };
}
