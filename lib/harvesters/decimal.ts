// Decimal numbers as servers write them in XML.

/** A number; some servers write the comma of their language. `undefined` when it is none. */
export function readDecimal(text: string | undefined): number | undefined {
  const plain = text?.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2') ?? '';
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return undefined;
  return Number(plain);
}
