/** The commands with their options and their help; what they do is in `commands/`. */
import { Command, Option } from 'commander';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import type { Commands } from './command-calls.ts';
import { addHarvesters } from './harvesters-program.ts';
import { addCost } from './cost-program.ts';
import { EXIT_CODES_HELP } from './exit-codes.ts';
import {
  examples,
  EXAMPLES,
  EXPORT_EXAMPLES,
  HARVEST_EXAMPLES,
  keepHelp,
  RECORDS_HELP,
  SETTINGS_EXAMPLE,
  typesHelp,
  WITH_API,
} from './program-help.ts';
import { count, offset, portOption } from './program-options.ts';
import {
  credentialsOption,
  filterOption,
  keepOption,
  paceHelp,
  paceOption,
  policyOption,
  setOption,
} from './repeatable-options.ts';
import { policyHelp, type RemoteOptionTexts } from './remote-options.ts';
import { OUTCOMES, RESOURCE_STATES } from '../resources.ts';

const NEWEST = 'its id; the newest session when it is not said';
const TYPES = HARVESTER_TYPES.map(({ type }) => type);

export function buildProgram(
  commands: Commands,
  { version, call }: { version: string; call: string },
): Command {
  const program = new Command('reeve');
  program
    .description(
      'Harvests remote geo catalogues. A session never gets stuck and never lies: every resource is accounted for.',
    )
    .version(version, '-V, --version', 'print the version')
    .option('--data <folder>', 'where sessions and records are kept (default: .reeve here, or REEVE_DATA)')
    .option('--json', 'print one JSON document on stdout')
    .option('--quiet', 'print the result and nothing else')
    .option('--verbose', 'write logs to stderr, one JSON line each; show where a defect is')
    .option('--api <url>', `ask a deployed stack, or serve, in place of a folder: ${WITH_API}`)
    .option('--settings <file>', 'the settings file (serve: reeve.json here, if it is there)')
    .option('--allow-private', 'allow remotes whose names lead into a private network (setting allowPrivate)')
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (text) => `\u001b[1m${text}\u001b[22m`,
      styleCommandText: (text) => `\u001b[36m${text}\u001b[39m`,
    })
    .addHelpText('after', `\nExamples:\n${examples(call, EXAMPLES)}\n\n${EXIT_CODES_HELP}`);
  addHarvesting(program, commands, call);
  addHarvesters(program, (global, asked) => commands.harvesters(global, asked), call);
  addLooking(program, commands, call);
  addRunning(program, commands, call);
  addCost(program, (global, own) => commands.cost(global, own), { call, paceOption: paceOption() });
  return program;
}

function addHarvesting(program: Command, commands: Commands, call: string): void {
  program
    .command('harvest')
    .summary('harvest a remote')
    .description(
      'Harvests a remote in one session, and says at the end what became of every resource. Without a URL: the sample remote that comes with Reeve.',
    )
    .argument('[url]', 'of the remote; or the id of a harvester, which is then harvested as it is')
    .option('--type <type>', `one of ${TYPES.join(', ')}; without it the remote is asked, the first time`)
    .addOption(setOption())
    .addOption(paceOption())
    .addOption(credentialsOption())
    .addOption(policyOption())
    .addOption(keepOption())
    .addOption(filterOption())
    .option('--full', 'fetch every resource again, also what has not changed')
    .option('--list-only', 'only list what there is to harvest')
    .option('--dry-run', 'tell what would be new, changed and gone, and write nothing')
    .option('--accept-gone', 'believe the listing, however much is missing from it')
    .addHelpText(
      'after',
      `\nExamples:\n${examples(call, HARVEST_EXAMPLES)}\n\nTypes (--type), with their settings (--set) and what is usual:\n${typesHelp()}\n\nThe pace (--pace), with what is usual:\n${paceHelp()}\n\nHow remotes are asked (--remote-policy), with what is usual:\n${policyHelp()}\n\nWhat is kept (--keep), with what is usual; it stays as it was said until something else is:\n${keepHelp()}\n\nFilters (--filter): title=<part>, types=<a,b>, keywords=<a,b>, bbox=<west,south,east,north>, updatedFrom=<date>, updatedTo=<date>\n\nCtrl-C aborts: what is under way is ended and accounted for. Twice quits at once.\n\n${EXIT_CODES_HELP}`,
    )
    .action((url: string | undefined, own: Parameters<Commands['harvest']>[2], command: Command) =>
      commands.harvest(command.optsWithGlobals(), url, own),
    );
  program
    .command('probe')
    .summary('find out the type of a remote')
    .description(
      'Asks a remote which harvester type it wants, and tells why it is none of the others. Harvests nothing.',
    )
    .argument('<url>', 'of the remote')
    .addOption(credentialsOption())
    .addOption(policyOption())
    .action((url: string, own: RemoteOptionTexts, command: Command) =>
      commands.probe(command.optsWithGlobals(), url, own),
    );
  program
    .command('retry')
    .summary('harvest what failed or was lost')
    .description(
      'A new session of only those resources of an earlier one that failed, were skipped or were lost. The remote is not listed again.',
    )
    .argument('[session]', 'the earlier session; the newest one when it is not said')
    .addOption(paceOption())
    .addOption(policyOption())
    .action((id: string | undefined, own: Parameters<Commands['retry']>[2], command: Command) =>
      commands.retry(command.optsWithGlobals(), id, own),
    );
}

function addLooking(program: Command, commands: Commands, call: string): void {
  program
    .command('sessions')
    .summary('list the newest sessions')
    .description('The newest sessions of the folder. Works while another process harvests.')
    .option('--harvester <id>', 'only of this harvester (its id, name or URL)')
    .addOption(count('--limit <n>', 'how many', 20))
    .action((own: Parameters<Commands['sessions']>[1], command: Command) =>
      commands.sessions(command.optsWithGlobals(), own),
    );
  program
    .command('show')
    .summary('show a session and its resources')
    .description(
      'A session with its numbers, why resources failed, and the resources themselves: those that were not harvested, or those of --outcome.',
    )
    .argument('[session]', NEWEST)
    .addOption(
      new Option('--outcome <outcome>', 'only resources with this outcome').choices([...OUTCOMES, 'all']),
    )
    .addOption(count('--limit <n>', 'how many resources', 20))
    .addOption(offset())
    .action((id: string | undefined, own: Parameters<Commands['show']>[2], command: Command) =>
      commands.show(command.optsWithGlobals(), id, own),
    );
  addKept(program, commands, call);
}

function addKept(program: Command, commands: Commands, call: string): void {
  program
    .command('resources')
    .summary('list the resources of a remote, or of a session')
    .description(
      'Every resource of a remote that was ever listed, and what is held of it. Gone are those that the remote does not list any more: they are held until their time of grace is over. Of a session, or with --outcome: what became of each resource in it.',
    )
    .argument(
      '[what]',
      'a harvester by its id, name or URL, or a session; not needed when there is only one harvester',
    )
    .addOption(
      new Option('--state <state>', 'only such resources of a harvester').choices([...RESOURCE_STATES]),
    )
    .addOption(
      new Option(
        '--outcome <outcome>',
        'of a session (of a harvester: its newest), those with this outcome',
      ).choices([...OUTCOMES, 'under way', 'all']),
    )
    .addOption(count('--limit <n>', 'how many resources', 20))
    .addOption(offset())
    .addHelpText('after', `\nWith --api it tells of sessions: a stack's API does not say what is held.`)
    .action((typed: string | undefined, own: Parameters<Commands['resources']>[2], command: Command) =>
      commands.resources(command.optsWithGlobals(), typed, own),
    );
  program
    .command('export')
    .summary('write records as NDJSON or GeoJSON')
    .description(
      'Writes all records that are held of a harvester, or those that one session read anew. A remote that was down, or a resource that failed last night, takes nothing away; what is gone from the remote is held until its time of grace is over.',
    )
    .argument(
      '[what]',
      'a session, or a harvester by its id, name or URL; not needed when there is only one harvester',
    )
    .addOption(
      new Option('--format <format>', 'one Feature a line, or one FeatureCollection')
        .choices(['ndjson', 'geojson'])
        .default('ndjson'),
    )
    .option('--out <file>', 'write to this file, whole or not at all, instead of stdout')
    .addHelpText('after', `\n${RECORDS_HELP}\n\nExamples:\n${examples(call, EXPORT_EXAMPLES)}`)
    .action((what: string | undefined, own: Parameters<Commands['export']>[2], command: Command) =>
      commands.export(command.optsWithGlobals(), what, own),
    );
}

function addRunning(program: Command, commands: Commands, call: string): void {
  program
    .command('abort')
    .summary('end a session that is under way')
    .description(
      'Ends a session, also one that another process runs, and waits until it is accounted for: what was not begun is skipped.',
    )
    .argument('[session]', NEWEST)
    .action((id: string | undefined, _: unknown, command: Command) =>
      commands.abort(command.optsWithGlobals(), id),
    );
  addChoosing(program, commands);
  program
    .command('serve')
    .summary('harvest again and again, as the settings file says')
    .description(
      'Runs until it is stopped: starts what is due, watches over it, offers the HTTP API to programs of this machine, and writes one log line per event to stderr.',
    )
    .addHelpText(
      'after',
      `\nA settings file (reeve.json):\n${SETTINGS_EXAMPLE}\n\nCtrl-C or SIGTERM stops it: sessions under way get 5 s, then they are aborted and accounted for.`,
    )
    .addOption(portOption())
    .action((own: { port?: number }, command: Command) => commands.serve(command.optsWithGlobals(), own));
  program
    .command('demo')
    .summary('see stuck sessions being rescued')
    .description(
      'Lets two sessions get stuck on purpose, with short times: a worker that hangs, a finalizer that is killed. Shows who notices, and the numbers.',
    )
    .addHelpText('after', `\nExample:\n${examples(call, [['demo', 'takes half a minute']])}`)
    .action((_: unknown, command: Command) => commands.demo(command.optsWithGlobals()));
}

function addChoosing(program: Command, commands: Commands): void {
  for (const [name, choice, does] of [
    ['select', true, 'harvest these resources, from the next session on'],
    ['deselect', false, 'leave these resources out, from the next session on; what is held of them stays'],
  ] as const) {
    program
      .command(name)
      .summary(does)
      .description(
        `Lets a harvester ${does}. What is decided on one by one counts more than harvestNewResourcesByDefault; --as-usual takes it back.`,
      )
      .argument('<harvester>', 'its id, name or URL')
      .argument('<ids...>', 'of resources, as the command resources shows them')
      .option('--as-usual', 'decide on them no more')
      .action((typed: string, ids: string[], own: { asUsual?: true }, command: Command) =>
        commands.choose(command.optsWithGlobals(), typed, ids, own.asUsual === true ? null : choice),
      );
  }
}
