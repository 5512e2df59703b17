/** Tables for people. */
import Table from 'cli-table3';
import { wrapped } from './words.ts';

export interface TableOptions {
  /** The titles of the columns; none for a table without head. */
  readonly head?: readonly string[];
  /** Columns of numbers. */
  readonly right?: readonly number[];
  /** The widest a line may be; `flexible` is the column that gives way. */
  readonly columns?: number;
  readonly flexible?: number;
}

const PADDING = 3;
const NARROWEST = 20;

/** A table of plain cells; colours must be in the cells already. */
export function table(rows: readonly (readonly string[])[], options: TableOptions = {}): string {
  const { head, right = [], columns, flexible } = options;
  const all = head ? [head, ...rows] : rows;
  const count = Math.max(...all.map((row) => row.length));
  const widths = Array.from(
    { length: count },
    (_, column) => Math.max(...all.map((row) => widestLine(row[column] ?? ''))) + PADDING - 1,
  );
  if (columns !== undefined && flexible !== undefined) {
    const others = widths.reduce((sum, width, column) => (column === flexible ? sum : sum + width + 1), 1);
    widths[flexible] = Math.max(NARROWEST, Math.min(widths[flexible] ?? 0, columns - others - 1));
  }
  const drawn = new Table({
    ...(head ? { head: [...head] } : {}),
    colWidths: widths,
    colAligns: widths.map((_, column) => (right.includes(column) ? 'right' : 'left')),
    style: { head: [], border: [] },
    // Lines between rows take more room than they explain.
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  const room = (flexible === undefined ? 0 : (widths[flexible] ?? 0)) - PADDING + 1;
  drawn.push(
    ...rows.map((row) => row.map((text, column) => (column === flexible ? wrapped(text, room) : text))),
  );
  return drawn.toString();
}

function widestLine(text: string): number {
  return Math.max(...text.split('\n').map(visibleLength));
}

function visibleLength(text: string): number {
  return text.replace(/\u001b\[[0-9;]*m/g, '').length;
}
