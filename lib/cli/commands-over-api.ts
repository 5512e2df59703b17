/** With `--api`, the commands that a stack can answer go to its API; the others say that they cannot. */
import { ReeveError } from '../session/errors.ts';
import type { Api } from './api.ts';
import type { Commands, GlobalOptions, HarvestFlags, HarvestersCall } from './command-calls.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import { RECORDS_HELP, WITH_API } from './program-help.ts';

type RunCommand = (global: GlobalOptions, command: (context: Context) => Promise<ExitCode>) => Promise<void>;
type Environment = Readonly<Record<string, string | undefined>>;

/** @param local what each command does without `--api` */
export function withApi(local: Commands, run: RunCommand, env: Environment): Commands {
  const remote = remoteCommands(run, env);
  return Object.fromEntries(
    Object.entries(local).map(([name, command]) => {
      const there = remote[name as keyof Commands] as Command | undefined;
      return [name, chosen(name, command as Command, there)];
    }),
  ) as unknown as Commands;
}

function remoteCommands(run: RunCommand, env: Environment): Partial<Commands> {
  const commands = () => import('./commands/over-api.ts');
  type Asked = (context: Context, api: Api, their: Awaited<ReturnType<typeof commands>>) => Promise<ExitCode>;
  const over = (global: GlobalOptions, asked: Asked): Promise<void> =>
    run(global, async (context) => {
      const { ApiClient: Client } = await import('./api-client.ts');
      return asked(context, new Client(global.api ?? '', env), await commands());
    });
  return {
    harvest: (global, what, flags) => {
      const { asked, ...harvester } = harvestAsked(flags);
      return over(global, (context, api, their) =>
        their.harvestOverApi(context, api, { what, asked, ...harvester }),
      );
    },
    probe: (global, url, others) => {
      refuseOthers(others);
      return over(global, (context, api, their) => their.probeOverApi(context, api, url));
    },
    sessions: (global, own) =>
      over(global, (context, api, their) => their.sessionsOverApi(context, api, own)),
    show: (global, id, own) =>
      over(global, (context, api, their) =>
        their.showOverApi(context, api, { id, ...own, outcome: own.outcome }),
      ),
    resources: (global, what, own) =>
      over(global, (context, api, their) => their.resourcesOverApi(context, api, { what, ...own })),
    choose: (global, harvester, ids, choice) =>
      over(global, async (context, api) => {
        const { chooseOverApi } = await import('./commands/holding-over-api.ts');
        return chooseOverApi(context, api, { harvester, ids, choice });
      }),
    abort: (global, id) => over(global, (context, api, their) => their.abortOverApi(context, api, id)),
    retry: (global, id, others) => {
      refuseOthers(others);
      return over(global, (context, api, their) => their.retryOverApi(context, api, id));
    },
    harvesters: (global, call) =>
      over(global, async (context, api) => {
        if (call.does !== 'apply') return runHarvesters(context, api, call);
        return (await import('./commands/harvesters-apply.ts')).applyFile(context, api, call);
      }),
  };
}

/** The same whether a folder answers or a stack. */
export async function runHarvesters(
  context: Context,
  api: Api,
  call: Exclude<HarvestersCall, { does: 'apply' }>,
): Promise<ExitCode> {
  const commands = await import('./commands/harvesters.ts');
  switch (call.does) {
    case 'list':
      return commands.listHarvesters(context, api);
    case 'show':
      return commands.showHarvester(context, api, call.harvester);
    case 'delete':
      return commands.deleteHarvester(context, api, call.harvester);
    case 'add': {
      const { does, ...options } = call;
      return commands.addHarvester(context, api, options);
    }
    case 'change': {
      const { does, ...options } = call;
      return commands.changeHarvester(context, api, options);
    }
  }
}

function harvestAsked({ full, acceptGone, listOnly, remotePolicy, dryRun, ...harvester }: HarvestFlags) {
  refuseOthers({ remotePolicy, dryRun });
  const asked = {
    ...(full === true ? { full } : {}),
    ...(acceptGone === true ? { acceptGone } : {}),
    ...(listOnly === true ? { kind: 'discover-harvestable-resources' as const } : {}),
  };
  return { asked, ...harvester };
}

type Command = (global: GlobalOptions, ...more: readonly unknown[]) => Promise<void>;

function chosen(name: string, local: Command, remote: Command | undefined): Command {
  return (global, ...more) => {
    if (global.api === undefined) return local(global, ...more);
    if (remote !== undefined) return remote(global, ...more);
    const why =
      name === 'export' ? `: ${RECORDS_HELP.charAt(0).toLowerCase()}${RECORDS_HELP.slice(1, -1)}` : '';
    throw new ReeveError(
      'InputInvalid',
      `${name} does not go over an API${why}; allowed with --api are ${WITH_API}`,
    );
  };
}

/** Where it can be said instead. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  remotePolicy: 'a stack has the policy that it was deployed with, serve that of its settings file',
  dryRun: 'nobody but who holds the records can tell what would change',
  credentials: 'the API probes without any; --type names the type of a remote that wants them',
  pace: 'a retry goes at the pace of its harvester, which harvesters change changes',
};

/** What is not sent must not be taken for said. */
function refuseOthers(others: object): void {
  const [name] = Object.entries(others as Readonly<Record<string, unknown>>).flatMap(([one, value]) =>
    value === undefined ? [] : [one],
  );
  if (name === undefined) return;
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const why = ELSEWHERE[name];
  throw new ReeveError(
    'InputInvalid',
    `--${option} cannot be said with --api${why === undefined ? '' : `: ${why}`}`,
  );
}
