/** The code under test: the handlers, the workflow and the abort as they are shipped, or a changed copy of them. */
import { HANDLERS, type HandlerName } from '../../lambdas/index.ts';
import type { AnyHandler } from '../../lib/handler.ts';
import type { HarvesterType } from '../../lib/harvesters/harvester.ts';
import { LOADINGS } from '../../lib/harvesters/loading.ts';
import { abortSession } from '../../lib/protocol/abort.ts';
import { choose } from '../../lib/protocol/choose.ts';
import { harvestWorkflow } from '../../lib/workflow/workflow.ts';
import { SIMULATED_TYPE } from './remote.ts';

export interface Code {
  readonly handlers: Readonly<Record<HandlerName, AnyHandler>>;
  readonly abortSession: typeof abortSession;
  readonly choose: typeof choose;
  readonly harvestWorkflow: typeof harvestWorkflow;
}

/** The registry knows the shipped types; the simulation's own is added beside them. */
(LOADINGS as Map<string, () => Promise<HarvesterType>>).set(SIMULATED_TYPE.type, () =>
  Promise.resolve(SIMULATED_TYPE),
);

export const SHIPPED: Code = { handlers: HANDLERS, abortSession, choose, harvestWorkflow };
