/** The log port of the command line: JSON lines on stderr when they are wanted, and a copy for whoever follows a session. */
import { pino, stdSerializers, stdTimeFunctions, type DestinationStream } from 'pino';
import type { Log, LogFields } from '../ports.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';
export type LogListener = (message: string, fields: LogFields) => void;

export interface ListenedLog extends Log {
  /** The returned function ends it. */
  listen(listener: LogListener): () => void;
}

export function openLog(level: LogLevel, destination: DestinationStream): ListenedLog {
  const written = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: stdSerializers.err },
    },
    destination,
  );
  const listeners = new Set<LogListener>();
  const line = (at: Exclude<LogLevel, 'silent'>) => (message: string, fields: LogFields) => {
    written[at](fields, message);
    for (const listener of listeners) listener(message, fields);
  };
  return {
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
