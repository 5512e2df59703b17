/** Runs one command line: reads it, runs the command, and turns whatever happens into output and an exit code. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { CommanderError, type Command } from 'commander';
import type { DestinationStream } from 'pino';
import type { Handlers } from '../local/embedded/invoke.ts';
import { localSecrets } from '../local/secrets.ts';
import { ReeveError } from '../session/errors.ts';
import { DEFAULT_LIMITS, type Limits } from '../session/limits.ts';
import { BOTH_RESOURCES } from './program-help.ts';
import { readSettingsFile } from './settings-reading.ts';
import type { ServeSettings } from './settings-file.ts';
import type { Context } from './context.ts';
import type { Commands, GlobalOptions, HarvestFlags } from './command-calls.ts';
import { runHarvesters, withApi } from './commands-over-api.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { tellFailure } from './failure.ts';
import type { SignalSource } from './interrupts.ts';
import { openLog, type LogLevel } from './log.ts';
import type { HarvestOptions } from './commands/harvest.ts';
import { buildProgram } from './program.ts';
import { openScreen, type Screen, type Stream } from './screen.ts';
import type { LookPorts } from './world.ts';

export interface Setup {
  /** Without the program's name. */
  readonly args: readonly string[];
  /** Loaded when a command needs them. */
  readonly handlers: () => Promise<Handlers>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: NodeJS.WritableStream & Stream;
  readonly err: NodeJS.WritableStream & Stream;
  /** Log lines; written before the call returns, so that none is lost when the process ends. */
  readonly logs: DestinationStream;
  readonly version: string;
  /** How the person called this program. */
  readonly call: string;
  readonly signals: SignalSource;
  readonly quit: () => never;
}

const FOLDER = '.reeve';
const SETTINGS = 'reeve.json';
const NO_SETTINGS: ServeSettings = { data: undefined, harvesters: [], remotePolicy: {} };
/** A person waits for an abort: workers look for it often. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, sessionLookSeconds: 1 };

/** Never rejects. */
export async function runCommandLine(setup: Setup): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.allOk;
  const ended = (code: ExitCode): void => {
    exitCode = code;
  };
  // What is wrong with the arguments must be told in the way that they ask for.
  const asked = askedFor(setup.args);
  const screen = openScreen({ ...setup, ...asked, program: setup.call });
  try {
    const program = buildProgram(commandsOf(setup, ended), setup).exitOverride();
    program.configureOutput({
      writeOut: (text) => void setup.out.write(text),
      writeErr: (text) => {
        if (!asked.json) setup.err.write(text);
      },
      outputError: () => undefined,
    });
    inherit(program);
    await program.parseAsync(setup.args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) tellFailure(screen, error, asked.verbose);
    else if (error.exitCode === 0) return EXIT.allOk;
    else tellMisuse(screen, error, setup.call);
    return EXIT.couldNotRun;
  }
}

/** Commands of commands too: none of them may end the process or write elsewhere. */
function inherit(parent: Command): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    inherit(command);
  }
}

/** For what was thrown where nobody could catch it. */
export function tellCrash(setup: Setup, error: unknown): void {
  const asked = askedFor(setup.args);
  tellFailure(openScreen({ ...setup, ...asked, program: setup.call }), error, asked.verbose);
}

/** Also known when the arguments cannot be read. */
function askedFor(args: readonly string[]): { json: boolean; quiet: boolean; verbose: boolean } {
  return {
    json: args.includes('--json'),
    quiet: args.includes('--quiet'),
    verbose: args.includes('--verbose'),
  };
}

/** Commander's own messages are sentences but for the word before them. */
function tellMisuse(screen: Screen, error: CommanderError, call: string): void {
  if (error.code === 'commander.help') return;
  const said = error.message
    .replace(/^error: /, '')
    .replace(/\n\(Did(.*)\)$/, '; did$1')
    .trim();
  const message = `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
  screen.document({ error: { name: 'InputInvalid', message } });
  if (!screen.json) screen.warn(`${message}${/[.?]$/.test(message) ? '' : '.'} See ${call} --help.`);
}

/** Each command is loaded when it is called: help and complaints about arguments come at once. */
function commandsOf(setup: Setup, ended: (code: ExitCode) => void): Commands {
  const run: Run = async (global, command) => ended(await command(await contextOf(setup, global, 'silent')));
  return withApi(localCommands(setup, run, ended), run, setup.env);
}

function localCommands(setup: Setup, run: Run, ended: (code: ExitCode) => void): Commands {
  const look: Look = async (global, command) =>
    run(global, async (context) => {
      const { openToLook } = await import('./world.ts');
      const world = await openToLook(context);
      return command(context, world).finally(() => world.close());
    });
  return {
    harvest: (global, url, own) =>
      run(global, async (context) => {
        const options = harvestOptions(url, own);
        return own.dryRun === true
          ? (await import('./commands/dry-run.ts')).dryRun(context, options)
          : (await import('./commands/harvest.ts')).harvest(context, options);
      }),
    probe: (global, url, remote) =>
      run(global, async (context) => (await import('./commands/probe.ts')).probeUrl(context, url, remote)),
    sessions: (global, { harvester, limit }) =>
      look(global, async (context, world) =>
        (await import('./commands/sessions.ts')).listSessions(context, world, { harvester, limit }),
      ),
    show: (global, id, { outcome, limit, offset }) =>
      look(global, async (context, world) =>
        (await import('./commands/show.ts')).showSession(context, world, { id, outcome, limit, offset }),
      ),
    abort: (global, id) =>
      run(global, async (context) => (await import('./commands/abort.ts')).abort(context, id)),
    retry: (global, id, { pace = [], ...remote }) =>
      run(global, async (context) =>
        (await import('./commands/retry.ts')).retry(context, { id, pace, ...remote }),
      ),
    serve: async (global, { port }) => {
      // One that was not named may be missing: harvesters come over the API too.
      const settings = global.settings ?? (existsSync(SETTINGS) ? SETTINGS : undefined);
      const read = settings === undefined ? NO_SETTINGS : await readSettingsFile(resolve(settings), LIMITS);
      const context = await contextOf(
        setup,
        { ...global, ...(settings === undefined ? {} : { settings }) },
        global.quiet === true ? 'warn' : 'info',
      );
      if (settings === undefined)
        context.log.info(
          'there is no settings file here: harvesters are those of the folder and of the API',
          {
            file: resolve(SETTINGS),
          },
        );
      ended(await (await import('./commands/serve.ts')).serve(context, read, { port }));
    },
    export: (global, what, { format, out }) =>
      look(global, async (context, world) =>
        (await import('./commands/export.ts')).exportRecords(context, world, { what, format, out }),
      ),
    ...resourceCommands(run, look),
    harvesters: harvestersHere(run),
    demo: (global) => run(global, async (context) => (await import('./commands/demo.ts')).demo(context)),
    cost: (global, own) =>
      run(global, async (context) => (await import('./commands/cost.ts')).tellCost(context, own)),
  };
}

type Run = (global: GlobalOptions, command: (context: Context) => Promise<ExitCode>) => Promise<void>;
type Look = (
  global: GlobalOptions,
  command: (context: Context, world: LookPorts) => Promise<ExitCode>,
) => Promise<void>;

/** The harvesters of the folder, which `serve` harvests by too. */
function harvestersHere(run: Run): Commands['harvesters'] {
  return (global, call) =>
    run(global, async (context) => {
      if (call.does === 'apply') throw new ReeveError('InputInvalid', NOT_APPLIED);
      const folders = await import('./folder-api.ts');
      const isLook = call.does === 'list' || call.does === 'show';
      const opened = isLook
        ? await folders.openFolderToLook(context)
        : await folders.openFolderToWork(context, 'changing harvesters');
      return runHarvesters(context, opened.api, call).finally(() => opened.close());
    });
}

const NOT_APPLIED =
  'A settings file is applied to a stack, which --api names; in a folder it is serve --settings <file> that harvests as the file says';

function resourceCommands(run: Run, look: Look): Pick<Commands, 'resources' | 'choose'> {
  return {
    resources: (global, what, { state, outcome, limit, offset }) =>
      look(global, async (context, world) => {
        if (state !== undefined && outcome !== undefined)
          throw new ReeveError('InputInvalid', BOTH_RESOURCES);
        const isSession = what !== undefined && (await world.ports.sessions.read(what)) !== undefined;
        if (!isSession && outcome === undefined)
          return (await import('./commands/resources.ts')).listResources(context, world, {
            harvester: what,
            state,
            limit,
            offset,
          });
        if (state !== undefined) throw new ReeveError('InputInvalid', BOTH_RESOURCES);
        const { listSessionResources } = await import('./commands/session-resources.ts');
        return listSessionResources(context, world, { what, outcome: outcome ?? 'all', limit, offset });
      }),
    choose: (global, harvester, ids, choice) =>
      run(global, async (context) =>
        (await import('./commands/choose.ts')).chooseResources(context, { harvester, ids, choice }),
      ),
  };
}

function harvestOptions(
  url: string | undefined,
  { type, set = [], pace = [], keep = [], filter = [], full, acceptGone, listOnly, ...remote }: HarvestFlags,
): HarvestOptions {
  const flags = { full: full === true, acceptGone: acceptGone === true, listOnly: listOnly === true };
  const { credentials, remotePolicy } = remote;
  return { url, type, set, pace, keep, filter, ...flags, credentials, remotePolicy };
}

async function contextOf(setup: Setup, global: GlobalOptions, level: LogLevel): Promise<Context> {
  const { env, out, err, signals, call } = setup;
  const { json = false, quiet = false, verbose = false } = global;
  const screen = openScreen({ out, err, env, json, quiet, verbose, program: suggested(call, global) });
  return {
    screen,
    log: openLog(verbose ? 'debug' : level, setup.logs),
    out,
    err,
    folder: await folderOf(global, env),
    handlers: setup.handlers,
    limits: LIMITS,
    allowPrivate: global.allowPrivate === true,
    secrets: localSecrets(env),
    signals,
    quit: setup.quit,
  };
}

/** What is typed counts before the environment, and that before the settings file, whose paths are relative to it. */
async function folderOf({ data, settings }: GlobalOptions, env: Setup['env']): Promise<string> {
  const named = data ?? (env['REEVE_DATA'] === '' ? undefined : env['REEVE_DATA']);
  if (named !== undefined) return resolve(named);
  const path = settings === undefined ? undefined : resolve(settings);
  const inFile = path === undefined ? undefined : (await readSettingsFile(path, LIMITS)).data;
  return inFile === undefined || path === undefined ? resolve(FOLDER) : resolve(dirname(path), inFile);
}

/** What is suggested to type next must find the same folder. */
function suggested(call: string, { data, settings, api }: GlobalOptions): string {
  if (api !== undefined) return `${call} --api ${quoted(api)}`;
  if (data !== undefined) return `${call} --data ${quoted(data)}`;
  return settings === undefined ? call : `${call} --settings ${quoted(settings)}`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
