/** Options that several commands have, and how what is typed for them is read. */
import { InvalidArgumentError, Option } from 'commander';
import { sentenceOf } from '../session/errors.ts';
import { typedCount } from './options.ts';

const LIMIT_MAX = 100_000;

export function offset(): Option {
  return new Option('--offset <n>', 'after how many')
    .default(0)
    .argParser((text) => (text === '0' ? 0 : parsed('--offset', text)));
}

export function count(flags: string, description: string, usual: number): Option {
  return new Option(flags, description)
    .default(usual)
    .argParser((text) => parsed(flags.split(' ')[0] ?? '', text));
}

function parsed(option: string, text: string): number {
  try {
    return typedCount(option, text, LIMIT_MAX);
  } catch (error) {
    throw new InvalidArgumentError(sentenceOf(error));
  }
}
