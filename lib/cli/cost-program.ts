/** The command `cost` with its options and its help. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { sentenceOf } from '../session/errors.ts';
import type { CostOptions } from './commands/cost.ts';
import { typedCount } from './options.ts';
import type { GlobalOptions } from './command-calls.ts';

const EXAMPLES: readonly (readonly [string, string])[] = [
  ['cost --resources 1000000 --latency 1500', 'a million resources of a slow remote'],
  ['cost --resources 20000 --pace batchSize=50', 'with larger batches'],
];

/** @param paceOption the one that other commands have */
export function addCost(
  program: Command,
  act: (global: GlobalOptions, own: CostOptions) => Promise<void>,
  { call, paceOption }: { call: string; paceOption: Option },
): void {
  const width = Math.max(...EXAMPLES.map(([words]) => words.length));
  const examples = EXAMPLES.map(([words, does]) => `  ${call} ${words.padEnd(width)}  # ${does}`);
  program
    .command('cost')
    .summary('what harvesting costs on AWS')
    .description(
      'Reckons what one session costs on AWS, from calls that were counted in real sessions and list prices; says where the money goes and which setting moves it. Asks nobody.',
    )
    .addOption(counted('--resources <n>', 'of the remote', 1_000_000_000).default(1_000_000))
    .addOption(counted('--latency <ms>', 'of one answer of the remote', 600_000).default(1_500))
    .addOption(counted('--record-bytes <n>', 'of one record', 1_000_000_000).default(2_048))
    .addOption(counted('--memory <MB>', 'of the harvest Lambda (default: as the stack has it)', 10_240))
    .addOption(paceOption)
    .addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
    .action((own: CostOptions, command: Command) => act(command.optsWithGlobals(), own));
}

function counted(flags: string, description: string, most: number): Option {
  const [name = ''] = flags.split(' ');
  return new Option(flags, description).argParser((text) => {
    try {
      return typedCount(name, text, most);
    } catch (error) {
      throw new InvalidArgumentError(sentenceOf(error));
    }
  });
}
