/** Numbers, times and durations as people read them. */
import type { Instant } from '../session/session.ts';

const numbers = new Intl.NumberFormat('en-US');

/** `12,345` */
export function spokenNumber(value: number): string {
  return numbers.format(value);
}

/** `1 resource`, `2 resources` */
export function countOf(value: number, noun: string): string {
  return `${spokenNumber(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min` */
export function spokenDuration(millis: number): string {
  const seconds = Math.max(0, millis) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** ISO 8601 in UTC, to the second. */
export function spokenTime(at: Instant): string {
  return isoTime(at).replace(/\.\d+Z$/, 'Z');
}

/** ISO 8601 in UTC, to the millisecond. */
export function isoTime(at: Instant): string {
  return new Date(at).toISOString();
}

/** Broken between words, and inside of those that are longer than a line (URLs); lines that are there stay, with their indentation. */
export function wrapped(text: string, chars: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      return wrappedLine(line.slice(indent.length), chars - indent.length).map((part) => `${indent}${part}`);
    })
    .join('\n');
}

function wrappedLine(text: string, chars: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > chars) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
    while (line.length > chars) {
      lines.push(line.slice(0, chars));
      line = line.slice(chars);
    }
  }
  return [...lines, line];
}
