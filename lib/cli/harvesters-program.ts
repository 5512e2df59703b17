/** `reeve harvesters` with its commands, their options and their help. */
import type { Command } from 'commander';
import { Option } from 'commander';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import { ReeveError } from '../session/errors.ts';
import { didYouMean } from '../settings/nearest.ts';
import { shortened } from '../settings/shortened.ts';
import type { GlobalOptions, HarvestersCall } from './command-calls.ts';
import type { HarvesterFlags } from './harvester-options.ts';
import { APPLY_EXAMPLES, examples, HARVESTERS_EXAMPLES } from './program-help.ts';
import { credentialsOption, filterOption, keepOption, paceOption, setOption } from './repeatable-options.ts';

type Run = (global: GlobalOptions, call: HarvestersCall) => Promise<void>;

const TYPES = HARVESTER_TYPES.map(({ type }) => type);
const BY = 'its id, name or URL';

export function addHarvesters(program: Command, run: Run, call: string): void {
  const harvesters = program
    .command('harvesters')
    .summary('list, show, add, change and delete harvesters')
    .description(
      'The harvesters of the folder, or with --api of a stack: what is harvested, how often, and how its newest session ended.',
    )
    .addHelpText(
      'after',
      `\nThose that the settings file of serve names are in its folder too; serve makes\nthem be as the file says each time it starts a session of them.\n\nExamples:\n${examples(call, HARVESTERS_EXAMPLES)}`,
    )
    .usage('[options] [command]')
    .argument('[word]')
    .action((word: string | undefined, _: unknown, command: Command) => {
      if (word !== undefined) throw noCommand(word, command);
      return run(command.optsWithGlobals(), { does: 'list' });
    });
  harvesters
    .command('show')
    .summary('show a harvester with its settings and its newest session')
    .argument('<harvester>', BY)
    .action((harvester: string, _: unknown, command: Command) =>
      run(command.optsWithGlobals(), { does: 'show', harvester }),
    );
  addAdd(harvesters, run);
  addChange(harvesters, run);
  harvesters
    .command('delete')
    .summary('delete a harvester and its schedule; its sessions and records stay')
    .description('Deletes a harvester and its schedule. Refused while it has an open session.')
    .argument('<harvester>', BY)
    .action((harvester: string, _: unknown, command: Command) =>
      run(command.optsWithGlobals(), { does: 'delete', harvester }),
    );
  addApply(harvesters, run, call);
}

/** Commander would count arguments. */
function noCommand(word: string, { commands }: Command): ReeveError {
  const names = commands.map((one) => one.name());
  return new ReeveError(
    'InputInvalid',
    `harvesters has no command ${JSON.stringify(shortened(word, 100))}; allowed are ${names.join(', ')}, or none to list them${didYouMean(word, names)}`,
  );
}

const EVERY = 'how often it is harvested by itself: 15m, 1h, 7d, or cron, e.g. "0 3 * * 1"';

function addAdd(harvesters: Command, run: Run): void {
  const add = harvesters
    .command('add')
    .summary('add a harvester')
    .description(
      'Adds a harvester and harvests nothing yet. Adding it again with the same settings is adding it once.',
    )
    .argument('<url>', 'of the remote')
    .option(
      '--id <id>',
      'letters, digits, dashes and underscores; without it the harvester is named after its URL',
    );
  withFlags(add, `${EVERY}; without it never`).action(
    (url: string, { id, ...flags }: HarvesterFlags & { id?: string }, command: Command) =>
      run(command.optsWithGlobals(), { ...flags, does: 'add', url, id }),
  );
}

function addChange(harvesters: Command, run: Run): void {
  const change = harvesters
    .command('change')
    .summary('change a harvester')
    .description(
      'Changes what is typed, and leaves the rest as it is. A session under way keeps the settings that it was opened with. When somebody else changes the harvester at the same moment, one of the two is told so.',
    )
    .argument('<harvester>', BY)
    .option('--url <url>', 'where the remote is now');
  withFlags(change, `${EVERY}; none: never`).action(
    (harvester: string, flags: HarvesterFlags, command: Command) =>
      run(command.optsWithGlobals(), { does: 'change', harvester, ...flags }),
  );
}

function withFlags(command: Command, every: string): Command {
  return command
    .option('--name <name>', 'for people')
    .addOption(new Option('--type <type>', `one of ${TYPES.join(', ')}; of a new one the remote is asked`))
    .option('--every <duration>', every)
    .option('--timezone <zone>', 'of a cron expression; UTC when it is not said')
    .addOption(setOption())
    .addOption(paceOption())
    .addOption(keepOption())
    .addOption(filterOption())
    .addOption(credentialsOption());
}

function addApply(harvesters: Command, run: Run, call: string): void {
  harvesters
    .command('apply')
    .summary('make the harvesters of a stack be as a settings file says (with --api)')
    .description(
      'Creates what is missing and changes what differs. A bad entry is told, and stops no other. May be repeated: what is as the file says is left alone.',
    )
    .argument('<file>', 'a settings file, as serve has one; here an entry need not have every')
    .option('--prune', 'delete the harvesters that the file does not name; their sessions and records stay')
    .option('--dry-run', 'tell what would be done, and change nothing')
    .addHelpText(
      'after',
      `\nA new harvester whose every is a duration is harvested at once, one with cron when\nits time comes.\n\nExamples:\n${examples(call, APPLY_EXAMPLES)}`,
    )
    .action((file: string, own: { prune?: true; dryRun?: true }, command: Command) =>
      run(command.optsWithGlobals(), {
        does: 'apply',
        file,
        prune: own.prune === true,
        dryRun: own.dryRun === true,
      }),
    );
}
