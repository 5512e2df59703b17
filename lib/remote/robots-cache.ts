/** Asks each origin once for its robots.txt and judges requests by it. */
import type { Instant } from '../session/session.ts';
import { failed, type Answer, type Failed } from './failures.ts';
import { isAllowed, robotsOf, type Robots } from './robots.ts';
import { inTime, type RemoteClock, type Until } from './world.ts';

export interface RobotsParts {
  readonly clock: RemoteClock;
  readonly product: string;
  readonly ask: (url: URL) => Promise<Answer>;
  /** Told once per origin that wants it. */
  readonly keepApart: (host: string, seconds: number) => void;
}

interface Known {
  readonly until: Instant;
  readonly robots: Promise<Robots | Failed>;
}

/** RFC 9309 2.4: not to be used for longer than a day. */
const DAY_MILLIS = 86_400_000;
const ORIGINS_MAX = 1_000;

/** The failure of a request that robots.txt forbids, or whose robots.txt cannot be read now or in time. */
export type RobotsJudge = (url: URL, until: Until) => Promise<Failed | undefined>;

export function createRobots({ clock, product, ask, keepApart }: RobotsParts): RobotsJudge {
  const known = new Map<string, Known>();
  const robotsFor = (url: URL): Promise<Robots | Failed> => {
    const kept = known.get(url.origin);
    if (kept !== undefined && kept.until > clock.now()) return kept.robots;
    const robots = ask(new URL('/robots.txt', url)).then((answer) => {
      const read = robotsOf(answer, url.host, product);
      if ('error' in read) known.delete(url.origin);
      else if (read.crawlDelaySeconds !== undefined) keepApart(url.host, read.crawlDelaySeconds);
      return read;
    });
    if (known.size >= ORIGINS_MAX) known.clear();
    known.set(url.origin, { until: clock.now() + DAY_MILLIS, robots });
    return robots;
  };
  return async (url, until) => {
    const robots = await inTime(clock, until, robotsFor(url));
    if (robots === undefined) {
      return ours(
        'RemoteTooSlow',
        `The robots.txt of ${url.host} was not there in the time given (respectRobots)`,
      );
    }
    if ('error' in robots) return robots;
    if (isAllowed(robots, `${url.pathname}${url.search}`)) return undefined;
    return ours(
      'RemoteForbidden',
      `The robots.txt of ${url.host} disallows ${url.pathname} for ${product} (respectRobots)`,
    );
  };
}

function ours(name: 'RemoteTooSlow' | 'RemoteForbidden', sentence: string): Failed {
  return { ...failed(name, sentence), ours: true };
}
