// What of the many texts about use and access is a licence, what is a right or a limit, and what says nothing.

/** What servers write where there is nothing to say (WMS 1.3.0, 7.2.4.2 reserves the word `none` for it). */
const NOTHING_TO_SAY =
  /^(none|no|no fees|no conditions apply|no limitations|unknown|not specified|otherRestrictions|n\/a|null|-)?\.?$/i;
const LICENCE =
  /licen[cs]e|lizenz|licen[cz]i|\bcc[- ](by|0)|\bcc0\b|creativecommons|\bodbl\b|\bogl\b|\bdl-(de|zero)|^https?:\/\/\S+$/i;

export function saysNothing(text: string): boolean {
  return NOTHING_TO_SAY.test(text.trim());
}

export function readsLikeLicence(text: string): boolean {
  return LICENCE.test(text);
}

/** `license` is the first text that reads like one or is a URL; all else of them is `rights`, each once. */
export function rightsOf(texts: readonly (string | undefined)[]): {
  license: string | undefined;
  rights: string | undefined;
} {
  const said = [...new Set(texts.filter((text) => text !== undefined && !saysNothing(text)))];
  const license = said.find((text) => text !== undefined && readsLikeLicence(text));
  const rights = said.filter((text) => text !== license);
  return { license, rights: rights.length === 0 ? undefined : rights.join('\n') };
}
