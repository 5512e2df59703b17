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

function parsed(option: string, text: string, most = LIMIT_MAX): number {
  try {
    return typedCount(option, text, most);
  } catch (error) {
    throw new InvalidArgumentError(sentenceOf(error));
  }
}

const PORT_MAX = 65_535;

export function portOption(): Option {
  return new Option('--port <n>', 'of the HTTP API on 127.0.0.1 (default: 8470, or a free one)').argParser(
    (text) => parsed('--port', text, PORT_MAX),
  );
}
