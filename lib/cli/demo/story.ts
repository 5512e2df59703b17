/** What a person is told while a session of the demo runs: the log lines of the real handlers, in plain words. */
import type { LogFields } from '../../ports.ts';
import { countOf } from '../words.ts';

/** `undefined` for what would only distract. */
export function toldOf(message: string, fields: LogFields): string | undefined {
  switch (message) {
    case 'session started':
      return 'the session is open, its first check is armed, its workflow runs';
    case 'wave listed':
      return `${countOf(numberOf(fields, 'resources'), 'resource')} to harvest, in batches of at most 5`;
    case 'batch committed':
      return `batch ${numberOf(fields, 'batch')} committed: ${countOf(numberOf(fields, 'harvested'), 'record')}`;
    case 'checked':
      return `check ${numberOf(fields, 'check')}: ${checkedWords(fields)}`;
    case 'session concluded':
      return concludedWords(fields);
    case 'session closed':
      return 'the harvester is free again, the checks are gone: the session is closed';
    case 'batch was settled by another; nothing of this try is kept':
      return `the worker of batch ${numberOf(fields, 'batch')} comes back and reports: refused, its batch is sealed; nothing is changed by it`;
    default:
      return undefined;
  }
}

function checkedWords(fields: LogFields): string {
  const next = `the monitor arms check ${numberOf(fields, 'check') + 1}`;
  if (fields['did'] === 'called the finalizer')
    return `${next}, and calls the finalizer: ${String(fields['because'])}`;
  return `${next}; the session is not overdue, so that is all`;
}

function concludedWords(fields: LogFields): string {
  const counts = fields['counts'] as { harvested: number; lost: number };
  const lost = counts.lost === 0 ? 'nothing is lost' : `${counts.lost} lost, because nobody reported on them`;
  return `the finalizer (called by the ${String(fields['finalizedBy'])}) counts and concludes: ${counts.harvested} harvested, ${lost}`;
}

function numberOf(fields: LogFields, name: string): number {
  const value = fields[name];
  return typeof value === 'number' ? value : 0;
}
