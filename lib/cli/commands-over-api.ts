/** With `--api`, the commands that a stack can answer go to its API; the others say that they cannot. */
import { ReeveError } from '../session/errors.ts';
import type { Context } from './context.ts';
import type { ExitCode } from './exit-codes.ts';
import type { Commands, GlobalOptions } from './program.ts';

type RunCommand = (global: GlobalOptions, command: (context: Context) => Promise<ExitCode>) => Promise<void>;

/** @param local what each command does without `--api` */
export function withApi(
  local: Commands,
  run: RunCommand,
  env: Readonly<Record<string, string | undefined>>,
): Commands {
  const open = async () => ({
    commands: await import('./commands/over-api.ts'),
    clientOf: (await import('./api-client.ts')).ApiClient,
  });
  type Opened = Awaited<ReturnType<typeof open>>;
  type Asked = (
    context: Context,
    api: InstanceType<Opened['clientOf']>,
    commands: Opened['commands'],
  ) => Promise<ExitCode>;
  const over = (global: GlobalOptions, url: string, asked: Asked): Promise<void> =>
    run(global, async (context) => {
      const { commands, clientOf: Client } = await open();
      return asked(context, new Client(url, env), commands);
    });
  const remote: Partial<Commands> = {
    harvest: (global, url, { type, set = [], pace = [], full, acceptGone, listOnly, ...others }) => {
      refuseOthers(others);
      const asked = {
        ...(full === true ? { full } : {}),
        ...(acceptGone === true ? { acceptGone } : {}),
        ...(listOnly === true ? { kind: 'discover-harvestable-resources' as const } : {}),
      };
      return over(global, global.api ?? '', (context, api, commands) =>
        commands.harvestOverApi(context, api, { url, type, set, pace, asked }),
      );
    },
    probe: (global, url, others) => {
      refuseOthers(others);
      return over(global, global.api ?? '', (context, api, commands) =>
        commands.probeOverApi(context, api, url),
      );
    },
    sessions: (global, own) =>
      over(global, global.api ?? '', (context, api, commands) => commands.sessionsOverApi(context, api, own)),
    show: (global, id, own) =>
      over(global, global.api ?? '', (context, api, commands) =>
        commands.showOverApi(context, api, { id, ...own, outcome: own.outcome }),
      ),
    abort: (global, id) =>
      over(global, global.api ?? '', (context, api, commands) => commands.abortOverApi(context, api, id)),
    retry: (global, id, others) => {
      refuseOthers(others);
      return over(global, global.api ?? '', (context, api, commands) =>
        commands.retryOverApi(context, api, id),
      );
    },
  };
  return Object.fromEntries(
    Object.entries(local).map(([name, command]) => {
      const there = remote[name as keyof Commands] as Command | undefined;
      return [name, chosen(name, command as Command, there)];
    }),
  ) as unknown as Commands;
}

type Command = (global: GlobalOptions, ...more: readonly unknown[]) => Promise<void>;

function chosen(name: string, local: Command, remote: Command | undefined): Command {
  return (global, ...more) => {
    if (global.api === undefined) return local(global, ...more);
    if (remote !== undefined) return remote(global, ...more);
    throw new ReeveError(
      'InputInvalid',
      `${name} does not go over an API; allowed with --api are harvest, probe, sessions, show, abort and retry`,
    );
  };
}

/** What is not sent must not be taken for said. */
function refuseOthers(others: object): void {
  const names = Object.entries(others as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (names.length > 0)
    throw new ReeveError(
      'InputInvalid',
      `${names.join(', ')} cannot be said with --api; save them in the harvester (PUT /harvesters/{harvester})`,
    );
}
