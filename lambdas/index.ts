/** The handlers: the name of each is its file, its construct id and its metric dimension. */
import { runnable } from '../lib/handler.ts';
import { api } from './api.ts';
import { discover } from './discover.ts';
import { finalize } from './finalize.ts';
import { harvest } from './harvest.ts';
import { monitor } from './monitor.ts';
import { start } from './start.ts';
import { sweep } from './sweep.ts';

export const HANDLERS = {
  start: runnable(start),
  discover: runnable(discover),
  harvest: runnable(harvest),
  finalize: runnable(finalize),
  monitor: runnable(monitor),
  sweep: runnable(sweep),
  api: runnable(api),
} as const;
export type HandlerName = keyof typeof HANDLERS;
