// What the id of a resource might be, of which only the recorded answer is there.

const CANDIDATES_MAX = 12;
const IN_JSON = /"(?:uuid|id|identifier|pk|name)"\s*:\s*"?([^",}\s][^",}]{0,199})/g;
const IN_XML =
  /<(?:[\w-]+:)?(?:fileIdentifier|identifier|code)\b[^>]*>\s*(?:<[^>]+>\s*)?([^<\s][^<]{0,199})</g;

/** The first values that are called an identifier, each once. */
export function candidatesIn(text: string): string[] {
  const pattern = /^\s*</.test(text) ? IN_XML : IN_JSON;
  const found = new Set<string>();
  for (const [, value = ''] of text.slice(0, 200_000).matchAll(pattern)) {
    found.add(value.trim());
    if (found.size === CANDIDATES_MAX) break;
  }
  return [...found];
}

/** `S/MapServer/3` with the number of another layer. */
export function withNumberOf(id: string, number: string): string {
  return /^\d+$/.test(number) ? id.replace(/\d+$/, number) : id;
}
