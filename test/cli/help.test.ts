/** What the help says, of the program and of its commands. */
import { describe, expect, test } from 'vitest';
import { reeve } from './run.ts';

describe('help', () => {
  test('teaches: examples, exit codes, the settings of each type, every part of the pace', async () => {
    const general = await reeve('--help');
    expect(general.code).toBe(0);
    for (const text of [
      'Examples:',
      'reeve harvest https://example.org/geonode',
      'Exit codes:',
      '--data <folder>',
    ])
      expect(general.out).toContain(text);
    const harvest = await reeve('harvest', '--help');
    for (const text of [
      'or the id of a harvester',
      'resources that one worker harvests',
      'pageSize=100',
      'batchSize=100',
      'abortSeconds=10',
      'Ctrl-C aborts',
      '--json',
    ])
      expect(harvest.out).toContain(text);
    const add = await reeve('harvesters', 'add', '--help');
    for (const text of ['--every <duration>', '--api <url>', '--json']) expect(add.out).toContain(text);
    expect((await reeve('export', '--help')).out).toContain('under records/');
    expect((await reeve('serve', '--help')).out).toContain('"every": "1d"');
    expect((await reeve('--version')).out).toBe('0.0.0-test\n');
  });

  test('without a command it is shown, and that is exit code 1', async () => {
    const ran = await reeve();
    expect(ran.code).toBe(1);
    expect(ran.err).toContain('Usage: reeve');
  });
});
