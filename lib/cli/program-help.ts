/** What the help of commands says besides their options. */
import { z } from 'zod';
import { HARVESTER_TYPES } from '../harvesters/index.ts';
import { DEFAULT_KEEPING } from '../session/keeping.ts';

export function examples(call: string, lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([words]) => words.length));
  return lines.map(([words, does]) => `  ${call} ${words.padEnd(width)}  # ${does}`).join('\n');
}

export function typesHelp(): string {
  return HARVESTER_TYPES.map(({ type, describes, settings }) => {
    const { properties = {} } = z.toJSONSchema(settings, { io: 'input', unrepresentable: 'any' }) as {
      properties?: Record<string, { default?: unknown }>;
    };
    const members = Object.entries(properties).map(([name, member]) =>
      member.default === undefined ? name : `${name}=${JSON.stringify(member.default)}`,
    );
    return `  ${type.padEnd(10)} ${describes}\n${members.map((member) => `             ${member}\n`).join('')}`.trimEnd();
  }).join('\n');
}

export function keepHelp(): string {
  return Object.entries(DEFAULT_KEEPING)
    .filter(([name, value]) => value !== undefined && name !== 'filter')
    .map(([name, value]) => `  ${name}=${String(value)}`)
    .join('\n');
}
