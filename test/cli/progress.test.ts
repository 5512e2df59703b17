/** How far a session is, as people are shown it. */
import { describe, expect, test } from 'vitest';
import {
  afterLine,
  afterLook,
  NO_PROGRESS,
  openBar,
  progressLine,
  type SessionProgress,
} from '../../lib/cli/progress.ts';
import { openScreen, wantsColours } from '../../lib/cli/screen.ts';
import { makeSession } from '../session/make.ts';

const { listing } = makeSession();
const LISTING = makeSession({
  waves: [],
  listing: { ...listing, ended: false, complete: false, matched: undefined },
});
const done = (progress: SessionProgress, outcome = 'harvested'): SessionProgress =>
  afterLine(progress, 'resource done', { outcome });

describe('the phases of a session', () => {
  test('it lists until the first resource is done or the listing has ended', () => {
    const listed = afterLook(NO_PROGRESS, LISTING);
    expect(listed.phase).toBe('listing');
    expect(done(listed).phase).toBe('harvesting');
    expect(afterLook(listed, makeSession()).phase).toBe('harvesting');
  });

  test('the total is what the remote says, before it is what was listed', () => {
    const said = afterLook(NO_PROGRESS, { ...LISTING, listing: { ...LISTING.listing, matched: 80 } });
    expect(said.total).toBe(80);
    expect(afterLook(said, makeSession()).total).toBe(80);
    expect(afterLook(NO_PROGRESS, makeSession()).total).toBe(50);
  });

  test('it is finalizing when all are done, or when a finalizer has begun', () => {
    let progress = afterLook(NO_PROGRESS, makeSession());
    for (let resource = 0; resource < 50; resource += 1) progress = done(progress);
    expect(progress).toMatchObject({ phase: 'finalizing', done: 50 });
    const sealing = { at: 0, by: 'monitor', because: '' } as const;
    expect(afterLook(NO_PROGRESS, makeSession({ sealing })).phase).toBe('finalizing');
  });

  test('lines of other kinds change nothing', () => {
    expect(afterLine(NO_PROGRESS, 'batch committed', { harvested: 5 })).toBe(NO_PROGRESS);
  });
});

describe('the line under the cursor', () => {
  const half = {
    ...NO_PROGRESS,
    phase: 'harvesting',
    total: 1_000,
    done: 500,
    notHarvested: 2,
    listingEnded: true,
  } as const;

  test('tells part, numbers, failures and what is left', () => {
    expect(progressLine(half, 30_000, 120)).toMatch(
      /^harvesting █+░+ +50 % · 500 of 1,000 · 2 failed · 30 s, about 30 s left$/,
    );
  });

  test.each([40, 80, 120])('fits into %i columns where that can be', (columns) => {
    expect(progressLine({ ...half, notHarvested: 0 }, 500, columns).length).toBeLessThanOrEqual(
      Math.max(columns, 60),
    );
  });

  test('promises nothing before there is something to judge by', () => {
    expect(progressLine(half, 500, 120)).not.toContain('left');
    expect(progressLine(NO_PROGRESS, 500, 120)).toBe('listing    asking the remote what it has · 0.5 s');
  });

  test('never shows more done than there are: a resource may be tried twice', () => {
    expect(progressLine({ ...half, done: 1_003 }, 30_000, 120)).toContain('100 % · 1,000 of 1,000');
  });
});

describe('the screen', () => {
  const stream = (isTTY: boolean): { write: (text: string) => void; isTTY: boolean; text: string } => ({
    text: '',
    isTTY,
    write(text) {
      this.text += text;
    },
  });
  const options = { env: {}, json: false, quiet: false, verbose: false, program: 'reeve' };

  test('colours are for terminals, and for nobody who set NO_COLOR', () => {
    expect(wantsColours({ write: () => undefined, isTTY: true }, {})).toBe(true);
    expect(wantsColours({ write: () => undefined, isTTY: true }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColours({ write: () => undefined, isTTY: true }, { TERM: 'dumb' })).toBe(false);
    expect(wantsColours({ write: () => undefined }, {})).toBe(false);
    expect(wantsColours({ write: () => undefined }, { FORCE_COLOR: '1' })).toBe(true);
  });

  test('a progress bar is for terminals only, and not beside JSON, logs or quiet', () => {
    const live = (more: object, isTTY = true): boolean =>
      openScreen({ ...options, ...more, out: stream(isTTY), err: stream(isTTY) }).isLive;
    expect(live({})).toBe(true);
    expect([
      live({}, false),
      live({ json: true }),
      live({ quiet: true }),
      live({ verbose: true }),
      live({ env: { TERM: 'dumb' } }),
    ]).toEqual([false, false, false, false, false]);
  });

  test('elsewhere the bar writes nothing, and lines above it are lines', () => {
    const err = stream(false);
    const bar = openBar(
      openScreen({ ...options, out: stream(false), err }),
      err as unknown as NodeJS.WritableStream,
      () => 0,
    );
    bar.show(NO_PROGRESS);
    bar.above(() => err.write('a note\n'));
    bar.stop();
    expect(err.text).toBe('a note\n');
  });

  test('with --json stdout holds the document and nothing else', () => {
    const out = stream(false);
    const err = stream(false);
    const screen = openScreen({ ...options, json: true, out, err });
    screen.print('for people');
    screen.note('a remark');
    screen.document({ a: 1 });
    expect(JSON.parse(out.text)).toEqual({ a: 1 });
    expect(err.text).toBe('a remark\n');
  });
});
