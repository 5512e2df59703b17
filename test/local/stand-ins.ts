/** Handlers and ports that do little, for tests of the world around them. */
import type { AnyHandler } from '../../lib/handler.ts';
import type { Handlers, HandlerName } from '../../lib/local/embedded/invoke.ts';
import type { Log, LogFields, Remote } from '../../lib/ports.ts';
import { ReeveError } from '../../lib/session/errors.ts';

export const NO_REMOTE: Remote = {
  fetch: ({ url }) =>
    Promise.reject(new ReeveError('RemoteUnreachable', `${url} cannot be reached in this test`)),
};

export interface Line {
  readonly level: keyof Log;
  readonly message: string;
  readonly fields: LogFields;
}

/** Keeps what is logged. */
export function keepingLog(): Log & { readonly lines: Line[] } {
  const lines: Line[] = [];
  const write = (level: keyof Log) => (message: string, fields: LogFields) =>
    void lines.push({ level, message, fields });
  return { lines, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export function silentLog(): Log {
  return keepingLog();
}

export function handlerOf(name: string, invoke: AnyHandler['invoke']): AnyHandler {
  return { name, uses: [], invoke };
}

/** All do nothing, but `discover`, which never answers: executions stay running. Replace what matters. */
export function idleHandlers(more: Partial<Record<HandlerName, AnyHandler['invoke']>> = {}): Handlers {
  const nothing = (): Promise<unknown> => Promise.resolve({});
  const never = (): Promise<unknown> => new Promise(() => undefined);
  const handler = (name: HandlerName, otherwise = nothing): AnyHandler =>
    handlerOf(name, more[name] ?? otherwise);
  return {
    start: handler('start'),
    discover: handler('discover', never),
    harvest: handler('harvest'),
    finalize: handler('finalize'),
    monitor: handler('monitor'),
    sweep: handler('sweep'),
    api: handler('api'),
  };
}
