/** robots.txt as RFC 9309 reads it. */
import { describe, expect, test } from 'vitest';
import { failed } from '../../lib/remote/failures.ts';
import { isAllowed, readRobots, robotsOf } from '../../lib/remote/robots.ts';

const allowed = (text: string, path: string) => isAllowed(readRobots(text, 'Reeve'), path);
const answer = (status: number, text = '') => ({
  reply: { url: 'http://a.example/robots.txt', status, headers: {}, body: Buffer.from(text) },
});

describe('rules', () => {
  test('of our own group count, in any case, and those of * only without one', () => {
    const text = 'User-agent: *\nDisallow: /\n\nUser-Agent: other\nUser-agent: rEEve\nDisallow: /private\n';
    expect([allowed(text, '/'), allowed(text, '/private/a')]).toEqual([true, false]);
    expect(isAllowed(readRobots(text, 'stranger'), '/')).toBe(false);
  });

  test('of several groups for us are taken together', () => {
    const text =
      'user-agent: reeve\ndisallow: /a\n\nuser-agent: x\ndisallow: /\n\nuser-agent: reeve\ndisallow: /b\n';
    expect(['/a', '/b', '/c'].map((path) => allowed(text, path))).toEqual([false, false, true]);
  });

  test('are decided by the longest match, and a tie allows', () => {
    const text = 'User-agent: *\nDisallow: /csw\nAllow: /csw/public\nDisallow: /same\nAllow: /same\n';
    expect(['/csw', '/csw?request=x', '/csw/public/1', '/same'].map((path) => allowed(text, path))).toEqual([
      false,
      false,
      true,
      true,
    ]);
  });

  test('know * and a $ at the end', () => {
    const text = 'User-agent: *\nDisallow: /*.php$\nDisallow: /a*b*c\nDisallow: /end$\n';
    expect(
      ['/x.php', '/x.php?a', '/a1b2c3', '/acb', '/end', '/ending'].map((path) => allowed(text, path)),
    ).toEqual([false, true, false, true, false, true]);
  });

  test('are compared in one spelling of percent-encoding', () => {
    expect(allowed('User-agent: *\nDisallow: /caf%c3%a9\n', '/caf%C3%A9/x')).toBe(false);
    expect(allowed('User-agent: *\nDisallow: /café\n', '/caf%C3%A9/x')).toBe(false);
  });

  test('leave comments, empty values, other lines and all line ends alone', () => {
    const text =
      '\uFEFFignored\r\nSitemap: http://a/\rUser-agent: * # all\r\nDisallow:\r\nDisallow: /x # not this\nnonsense\n';
    expect([allowed(text, '/'), allowed(text, '/x')]).toEqual([true, false]);
    expect(allowed('Disallow: /\n', '/')).toBe(true);
    expect(allowed('User-agent: *\nDisallow: /', '/robots.txt')).toBe(true);
  });

  test('that are hostile take no time', () => {
    const text = `User-agent: *\n${`Disallow: /${'*a'.repeat(1_000)}$\n`.repeat(200)}`;
    const before = performance.now();
    expect(allowed(text, `/${'a'.repeat(900)}b`)).toBe(true);
    expect(performance.now() - before).toBeLessThan(5_000);
  });

  test('name a crawl delay', () => {
    expect(readRobots('User-agent: *\nCrawl-delay: 2.5\n', 'Reeve').crawlDelaySeconds).toBe(2.5);
    expect(readRobots('User-agent: *\nCrawl-delay: much\n', 'Reeve').crawlDelaySeconds).toBeUndefined();
  });
});

describe('an answer to the request for robots.txt', () => {
  const decided = (given: Parameters<typeof robotsOf>[0]) => {
    const robots = robotsOf(given, 'a.example', 'Reeve');
    return 'error' in robots ? robots.error.name : isAllowed(robots, '/x');
  };

  test('with 2xx counts, 4xx means there is none, 5xx and 429 mean that nothing may be fetched for now', () => {
    expect(decided(answer(200, 'User-agent: *\nDisallow: /x'))).toBe(false);
    expect([301, 401, 403, 404, 410].map((status) => decided(answer(status)))).toEqual(Array(5).fill(true));
    expect([429, 500, 503].map((status) => decided(answer(status)))).toEqual(Array(3).fill('RemoteBusy'));
    expect(decided(failed('RemoteUnreachable', 'no way'))).toBe('RemoteUnreachable');
  });
});
