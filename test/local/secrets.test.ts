/** Secrets of the embedded mode; every complaint names the reference and never what lies there. */
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localSecrets } from '../../lib/local/secrets.ts';
import { freshFolder } from './folders.ts';

const read = (reference: string, env = {}) => localSecrets(env).read(reference);

describe('a variable', () => {
  test('is read as it is, each time anew', async () => {
    const env: Record<string, string> = { TOKEN: 'one\n' };
    const secrets = localSecrets(env);
    expect(await secrets.read('env:TOKEN')).toBe('one\n');
    env['TOKEN'] = 'two';
    expect(await secrets.read('env:TOKEN')).toBe('two');
  });

  test.each([
    ['env:TOKEN', 'The variable TOKEN of the environment is not set; the credentials env:TOKEN need it'],
    ['env:EMPTY', 'The variable EMPTY of the environment is empty; the credentials env:EMPTY need it'],
    ['env:__proto__', 'The variable __proto__ of the environment is not set'],
  ])('%s that is not there is named', async (reference, message) => {
    await expect(read(reference, { EMPTY: '' })).rejects.toThrow(message);
  });
});

describe('a file', () => {
  test('is read, also through a link, as orchestrators mount them', async () => {
    const folder = freshFolder();
    await writeFile(join(folder, 'token'), 'c4n4ry\n');
    await symlink(join(folder, 'token'), join(folder, 'link'));
    expect(await read(`file:${folder}/token`)).toBe('c4n4ry\n');
    expect(await read(`file:${folder}/link`)).toBe('c4n4ry\n');
  });

  test.each<[string, string, (path: string) => Promise<unknown>]>([
    ['is missing', 'it does not exist', () => Promise.resolve()],
    ['is a folder', 'it is not a file', (path) => mkdir(path)],
    ['is empty', 'it is empty', (path) => writeFile(path, ' \n')],
    [
      'is huge',
      'it has 70000 bytes and allowed are 65536',
      (path) => writeFile(path, 'c4n4ry-'.repeat(10_000)),
    ],
    ['links to itself', 'its links go in a circle', (path) => symlink(path, path)],
    ['is a device', 'it is not a file', (path) => symlink('/dev/zero', path)],
  ])('that %s is named with the reason', async (_what, why, make) => {
    const path = join(freshFolder(), 'token');
    await make(path);
    await expect(read(`file:${path}`)).rejects.toThrow(
      `The file ${path} cannot be used: ${why}; the credentials file:${path} need it`,
    );
  });

  test.skipIf(process.getuid?.() === 0)(
    'that may not be read is named with the reason (not tested as root, who may)',
    async () => {
      const path = join(freshFolder(), 'token');
      await writeFile(path, 'c4n4ry');
      await chmod(path, 0o000);
      await expect(read(`file:${path}`)).rejects.toThrow('it may not be read (permission)');
    },
  );
});

test('Secrets Manager is for a deployed Reeve', async () => {
  await expect(read('secret:reeve/county')).rejects.toThrow(
    'The secret secret:reeve/county lies in Secrets Manager, which only a deployed Reeve asks; allowed here are env:NAME and file:/path',
  );
});
