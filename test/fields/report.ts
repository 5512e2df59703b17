// The table of fields as people read it.
import { FIELDS, type TypeSurvey } from './survey.ts';

/** A row for each type, then every answer that was refused with its sentence, then every resource that cannot be a record. */
export function report(surveys: readonly TypeSurvey[], others: readonly string[]): string {
  const head = ['type', 'answers', 'refused', 'records', 'named', ...Object.keys(FIELDS)];
  const rows = surveys.map(({ type, answers, refused, records, named, found }) => [
    type,
    String(answers),
    String(refused.length),
    String(records),
    String(named),
    ...Object.keys(FIELDS).map((name) => String(found[name] ?? 0)),
  ]);
  const widths = head.map((name, index) =>
    Math.max(name.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0)))
      .join('  ');
  const reasons = surveys.flatMap(({ type, refused, invalid }) => [
    ...refused.map(({ path, because }) => `refused by ${type}: ${path}: ${because}`),
    ...invalid.map(({ path, because }) => `no record for ${type}: in ${path}: ${because}`),
  ]);
  const unspoken = others.length === 0 ? [] : [`of no type: ${others.join(', ')}`];
  const legend =
    'records: read whole from the answers; named: resources whose records come by requests of their own';
  return `${[line(head), ...rows.map(line), '', legend, '', ...reasons, ...unspoken].join('\n')}\n`;
}
