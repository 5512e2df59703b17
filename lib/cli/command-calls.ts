/** What each command is called with, as it was typed; `main.ts` says what they do, `commands-over-api.ts` what they do with `--api`. */
import type { OutcomeSoFar, ResourceState } from '../resources.ts';
import type { CostOptions } from './commands/cost.ts';
import type { HarvesterFlags } from './harvester-options.ts';
import type { RemoteOptionTexts } from './remote-options.ts';

export interface GlobalOptions {
  readonly data?: string;
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
  readonly settings?: string;
  readonly allowPrivate?: true;
  readonly api?: string;
}

export interface HarvestFlags extends RemoteOptionTexts {
  readonly type?: string;
  readonly set?: readonly string[];
  readonly pace?: readonly string[];
  readonly keep?: readonly string[];
  readonly filter?: readonly string[];
  readonly full?: true;
  readonly acceptGone?: true;
  readonly listOnly?: true;
  readonly dryRun?: true;
}

/** `reeve harvesters` and what comes after it. */
export type HarvestersCall =
  | { readonly does: 'list' }
  | { readonly does: 'show' | 'delete'; readonly harvester: string }
  | ({ readonly does: 'add'; readonly url: string; readonly id: string | undefined } & HarvesterFlags)
  | ({ readonly does: 'change'; readonly harvester: string } & HarvesterFlags)
  | { readonly does: 'apply'; readonly file: string; readonly prune: boolean; readonly dryRun: boolean };

export interface ResourcesFlags {
  readonly state?: ResourceState;
  readonly outcome?: OutcomeSoFar | 'all';
  readonly limit: number;
  readonly offset: number;
}

/** One method per command. */
export interface Commands {
  harvest(global: GlobalOptions, url: string | undefined, own: HarvestFlags): Promise<void>;
  probe(global: GlobalOptions, url: string, own: RemoteOptionTexts): Promise<void>;
  sessions(global: GlobalOptions, own: { harvester?: string; limit: number }): Promise<void>;
  show(
    global: GlobalOptions,
    id: string | undefined,
    own: { outcome?: OutcomeSoFar | 'all'; limit: number; offset: number },
  ): Promise<void>;
  abort(global: GlobalOptions, id: string | undefined): Promise<void>;
  retry(
    global: GlobalOptions,
    id: string | undefined,
    own: { pace?: string[] } & Pick<RemoteOptionTexts, 'remotePolicy'>,
  ): Promise<void>;
  serve(global: GlobalOptions, own: { port?: number }): Promise<void>;
  export(
    global: GlobalOptions,
    what: string | undefined,
    own: { format: 'ndjson' | 'geojson'; out?: string },
  ): Promise<void>;
  resources(global: GlobalOptions, what: string | undefined, own: ResourcesFlags): Promise<void>;
  harvesters(global: GlobalOptions, call: HarvestersCall): Promise<void>;
  choose(
    global: GlobalOptions,
    harvester: string,
    ids: readonly string[],
    choice: boolean | null,
  ): Promise<void>;
  demo(global: GlobalOptions): Promise<void>;
  cost(global: GlobalOptions, own: CostOptions): Promise<void>;
}
