/** Who may use a folder, and what is said when it cannot be used. */
import { mkdirSync, readFileSync, statSync, writeFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openEmbedded, type Embedded } from '../../lib/local/embedded/embedded.ts';
import { openGuest, type Guest } from '../../lib/local/embedded/guest.ts';
import { createRecords } from '../../lib/local/embedded/records.ts';
import { prepareFolder, type Owner } from '../../lib/local/embedded/folder.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import { makeHarvester, makeSession } from '../session/make.ts';
import { makeBatch } from '../contract/world.ts';
import { freshFolder } from './folders.ts';
import { idleHandlers, NO_REMOTE, silentLog } from './stand-ins.ts';
import { startChild } from './whole.ts';

// Processes of their own take seconds to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

async function open(folder: string): Promise<Embedded> {
  const options = {
    limits: DEFAULT_LIMITS,
    handlers: idleHandlers(),
    remote: NO_REMOTE,
    log: silentLog(),
    doing: 'harvesting a county',
  };
  const world = await openEmbedded({ folder, ...options });
  onTestFinished(() => world.close({ waitMillis: 0 }));
  return world;
}

async function visit(folder: string): Promise<Guest> {
  const guest = await openGuest(folder, { log: silentLog() });
  onTestFinished(() => guest.close());
  return guest;
}

const ownerOf = (folder: string): Owner =>
  JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as Owner;

describe('one process at a time', () => {
  test('a folder in use is refused, in a sentence that says by whom, since when, for what, and what to do', async () => {
    const folder = freshFolder();
    await open(folder);
    const refused = await open(folder).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'Conflict' });
    expect((refused as Error).message).toMatch(
      new RegExp(
        `^The folder ${folder} is in use by process ${process.pid} \\(since 2\\S+Z, harvesting a county\\): wait until that ends, stop it, or use another folder$`,
      ),
    );
  });

  test('the folder of a process that was killed is free at once, whatever its owner.json says', async () => {
    const folder = freshFolder();
    const child = startChild(folder, 'http://127.0.0.1:1', 'waits');
    await child.said('open');
    expect(ownerOf(folder).pid).toBe(child.process.pid);
    await expect(open(folder)).rejects.toMatchObject({ name: 'Conflict' });
    child.process.kill('SIGKILL');
    await child.ended;
    expect(existsSync(join(folder, 'owner.json'))).toBe(true);
    await open(folder);
    expect(ownerOf(folder).pid).toBe(process.pid);
  });

  test('only this user can reach the socket', async () => {
    const folder = freshFolder();
    await open(folder);
    const { socket } = ownerOf(folder);
    expect(statSync(socket!).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socket!)).mode & 0o777).toBe(0o700);
  });

  test('a folder with a long path has its socket elsewhere, removed when the folder is closed', async () => {
    const folder = join(freshFolder(), 'a'.repeat(60), 'b'.repeat(60));
    const world = await open(folder);
    const socket = ownerOf(folder).socket!;
    expect(socket.startsWith(folder)).toBe(false);
    expect((await visit(folder)).owner?.pid).toBe(process.pid);
    await world.close({ waitMillis: 0 });
    expect(existsSync(dirname(socket))).toBe(false);
  });
});

describe('guests', () => {
  test('see what the owner sees: harvesters, sessions, batches, records', async () => {
    const folder = freshFolder();
    const owner = await open(folder);
    const session = makeSession({ id: 's1' });
    const batch = makeBatch({ sessionId: 's1', attempt: 'a', number: 0 });
    await owner.ports.harvesters.create(makeHarvester());
    await owner.ports.sessions.create(session);
    await owner.ports.batches.plan([batch]);
    await owner.ports.records.put('records/harvester=county/session=s1/0.gz', Buffer.from('x'));
    const { ports } = await visit(folder);
    expect((await ports.harvesters.list()).values).toEqual([makeHarvester()]);
    expect(await ports.sessions.read('s1')).toEqual(session);
    expect((await ports.sessions.ofHarvester('county')).values).toEqual(['s1']);
    expect((await ports.batches.list('s1')).values).toEqual([batch]);
    expect((await ports.records.list('records/')).values).toEqual([
      'records/harvester=county/session=s1/0.gz',
    ]);
  });

  test('may not write: that is the owner’s', async () => {
    const folder = freshFolder();
    await open(folder);
    const { ports } = await visit(folder);
    await expect(ports.harvesters.create(makeHarvester())).rejects.toThrow(
      'only the process that has the folder open may write',
    );
    expect(await ports.harvesters.read('county')).toBeUndefined();
  });

  test('without an owner read by themselves, and hinder nobody for longer than they read', async () => {
    const folder = freshFolder();
    const owner = await open(folder);
    await owner.ports.sessions.create(makeSession({ id: 's1' }));
    await owner.close({ waitMillis: 0 });
    const guest = await visit(folder);
    expect(guest.owner).toBeUndefined();
    expect(await guest.ports.sessions.read('s1')).toMatchObject({ status: 'on-going' });
    const opening = open(folder);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await guest.close();
    expect(await (await opening).ports.sessions.read('s1')).toBeDefined();
  });

  test('without an owner mark a session that was left open as aborting, for the next owner to conclude', async () => {
    const folder = freshFolder();
    const owner = await open(folder);
    await owner.ports.sessions.create(makeSession({ id: 's1' }));
    await owner.close({ waitMillis: 0 });
    const guest = await visit(folder);
    expect((await guest.abort('s1')).said).toBe('aborting');
    expect(await guest.ports.sessions.read('s1')).toMatchObject({ status: 'aborting' });
  });

  test('of an empty folder see nothing, and that is no error', async () => {
    const { ports } = await visit(freshFolder());
    expect(await ports.sessions.read('s1')).toBeUndefined();
    expect((await ports.harvesters.list()).values).toEqual([]);
    expect((await ports.records.list('records/')).values).toEqual([]);
  });
});

describe('folders that cannot be used', () => {
  test('a path that is a file, or leads through one, is named together with the reason', async () => {
    const file = join(freshFolder(), 'file');
    writeFileSync(file, 'x');
    for (const path of [file, join(file, 'inside')]) {
      const refused = await open(path).catch((error: unknown) => error as Error);
      expect(refused).toMatchObject({ name: 'FolderUnusable' });
      expect((refused as Error).message).toContain(
        `The folder ${path} cannot be used: a part of its path is a file, not a folder`,
      );
    }
  });

  test('a table that is broken is named, with what to do and what is not lost', async () => {
    const folder = freshFolder();
    const world = await open(folder);
    await world.ports.harvesters.create(makeHarvester());
    await world.close({ waitMillis: 0 });
    for (const name of readdirSync(join(folder, 'table')))
      writeFileSync(join(folder, 'table', name), 'broken');
    const refused = await open(folder).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ name: 'FolderUnusable' });
    expect((refused as Error).message).toContain(
      `The table in ${join(folder, 'table')} cannot be opened: Corruption`,
    );
    expect((refused as Error).message).toContain('move that folder away to begin anew (records in');
  });
});

describe('records in a folder', () => {
  test('a key cannot lead out of it, nor into the table', async () => {
    const folder = freshFolder();
    const records = createRecords(await prepareFolder(folder));
    const bad = [
      '../x',
      'records/../../x',
      'records//x',
      'records/./x',
      '/records/x',
      'table/CURRENT',
      'owner.json',
      '',
      'records/a\0b',
      'records\\x',
      `records/${'x'.repeat(256)}`,
    ];
    for (const key of bad) {
      await expect((async () => records.put(key, Buffer.from('x')))(), key).rejects.toMatchObject({
        name: 'InvariantBroken',
      });
      await expect((async () => records.read(key))(), key).rejects.toMatchObject({ name: 'InvariantBroken' });
    }
    expect(existsSync(join(dirname(folder), 'x'))).toBe(false);
  });

  test('a disk that refuses is said, never an empty answer', async () => {
    const folder = freshFolder();
    const records = createRecords(await prepareFolder(folder));
    mkdirSync(join(folder, 'records', 'a'), { recursive: true });
    await expect(records.put('records/a', Buffer.from('x'))).rejects.toMatchObject({ name: 'StoreBusy' });
    await expect(records.read('records/a')).rejects.toMatchObject({ name: 'StoreBusy' });
    expect(readdirSync(join(folder, 'temporary'))).toEqual([]);
  });

  test('what is being written is not seen before it is whole', async () => {
    const folder = freshFolder();
    const records = createRecords(await prepareFolder(folder));
    const big = Buffer.alloc(5_000_000, 'x');
    const writing = records.put('records/big', big);
    let reads = 0;
    for (let read = await records.read('records/big'); ; read = await records.read('records/big')) {
      reads += 1;
      if (read !== undefined) {
        expect(read.length).toBe(big.length);
        break;
      }
    }
    await writing;
    expect(reads).toBeGreaterThan(0);
  });
});
