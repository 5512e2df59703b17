/** robots.txt (RFC 9309), for those who set `respectRobots`: what it disallows is not fetched, and its Crawl-delay is kept. */
import type { RemoteReply } from '../harvesters/harvester.ts';
import { failed, type Answer, type Failed } from './failures.ts';
import { isPassingStatus } from './polite.ts';

/** What one robots.txt says to one product. */
export interface Robots {
  readonly rules: readonly RobotsRule[];
  readonly crawlDelaySeconds: number | undefined;
}
interface RobotsRule {
  readonly allow: boolean;
  readonly pattern: string;
}

export const ALL_ALLOWED: Robots = { rules: [], crawlDelaySeconds: undefined };
/** RFC 9309 2.5: at least 500 KiB must be read; what follows may be left. */
const ROBOTS_CHARS_MAX = 512_000;
const RULES_MAX = 10_000;

interface Group {
  readonly agents: string[];
  readonly rules: RobotsRule[];
  crawlDelaySeconds: number | undefined;
}

/** @param product the token of our User-Agent, in any case: `reeve`. Its groups count; without one, those of `*` (RFC 9309 2.2.1). */
export function readRobots(text: string, product: string): Robots {
  const groups: Group[] = [];
  let naming = false;
  for (const line of text.slice(0, ROBOTS_CHARS_MAX).split(/\r\n|\r|\n/)) {
    const [, key, value] = /^\s*([a-z-]+)\s*:\s*([^#]*)/i.exec(line) ?? [];
    if (key === undefined || value === undefined) continue;
    const name = key.toLowerCase();
    if (name === 'user-agent') {
      if (!naming) groups.push({ agents: [], rules: [], crawlDelaySeconds: undefined });
      groups.at(-1)?.agents.push(value.trim().toLowerCase());
    } else {
      readRule(groups.at(-1), name, value.trim());
    }
    naming = name === 'user-agent';
  }
  const own = groups.filter(({ agents }) => agents.includes(product.toLowerCase()));
  const ours = own.length > 0 ? own : groups.filter(({ agents }) => agents.includes('*'));
  return {
    rules: ours.flatMap(({ rules }) => rules).slice(0, RULES_MAX),
    crawlDelaySeconds: ours.find(({ crawlDelaySeconds }) => crawlDelaySeconds !== undefined)
      ?.crawlDelaySeconds,
  };
}

function readRule(group: Group | undefined, name: string, value: string): void {
  if (group === undefined || value === '') return;
  if (name === 'allow' || name === 'disallow')
    group.rules.push({ allow: name === 'allow', pattern: spelled(value) });
  if (name === 'crawl-delay' && /^\d+(\.\d+)?$/.test(value)) group.crawlDelaySeconds = Number(value);
}

/** The longest pattern that matches decides; of equally long ones the one that allows (RFC 9309 2.2.2). */
export function isAllowed(robots: Robots, pathAndQuery: string): boolean {
  if (pathAndQuery === '/robots.txt') return true;
  const path = spelled(pathAndQuery);
  let decided: RobotsRule | undefined;
  for (const rule of robots.rules) {
    const longer = rule.pattern.length - (decided?.pattern.length ?? -1);
    if ((longer > 0 || (longer === 0 && rule.allow)) && matches(rule.pattern, path)) decided = rule;
  }
  return decided?.allow ?? true;
}

/** `*` is anything and a last `$` the end; every part is looked for once, so that no pattern is slow. */
function matches(pattern: string, path: string): boolean {
  const toEnd = pattern.endsWith('$');
  const [start = '', ...parts] = (toEnd ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(start)) return false;
  const last = toEnd ? parts.pop() : undefined;
  let at = start.length;
  for (const part of parts) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  if (!toEnd) return true;
  return last === undefined ? at === path.length : path.length - last.length >= at && path.endsWith(last);
}

/** Percent-encoded in one spelling, so that `/caf%c3%a9` and `/café` are the same. */
function spelled(path: string): string {
  return path
    .replace(/[^\x21-\x7e]/gu, (char) => encodeURIComponent(char.toWellFormed()))
    .replace(/%[0-9a-f]{2}/gi, (hex) => hex.toUpperCase());
}

/**
 * Reads the answer to a request for robots.txt: a 4xx or an answer that leads nowhere means that there is none; a host that cannot be asked
 * or answers 5xx must be taken to disallow everything for now (RFC 9309 2.3.1.4).
 */
export function robotsOf(answer: Answer, host: string, product: string): Robots | Failed {
  if (!('reply' in answer)) return { ...answer, error: answer.error };
  const { status, body }: RemoteReply = answer.reply;
  if (status >= 200 && status < 300) return readRobots(new TextDecoder().decode(body), product);
  if (status < 500 && status !== 429) return ALL_ALLOWED;
  const sentence = `The robots.txt of ${host} could not be read: status ${status}; until it can nothing is fetched there (respectRobots)`;
  return failed('RemoteBusy', sentence, { status, transient: isPassingStatus(status) });
}
