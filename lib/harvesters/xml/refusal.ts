// What an answer is that is not the XML that was asked for: an HTML page, an exception report, JSON, a picture, nothing.
import { oneLine } from '../plain-text.ts';
import { textOf, walk, type XmlElement } from './element.ts';

const EXCEPTION_CHARS_MAX = 500;

/** WMS 1.1 to 1.3 and WFS 1.0, WMS 1.0.0, and OWS Common (CSW, WFS, WMTS ...). */
const EXCEPTION_ROOTS: ReadonlySet<string> = new Set([
  'ServiceExceptionReport',
  'ServiceException',
  'WMTException',
  'ExceptionReport',
]);
const EXCEPTIONS: ReadonlySet<string> = new Set(['ServiceException', 'WMTException', 'Exception']);
/** Roots of pages, and of what scripts print in place of one. */
const PAGE_ROOTS =
  /^(html|head|body|title|meta|link|script|style|center|div|p|b|i|br|hr|pre|font|h[1-6]|table|form)$/i;

export function isExceptionRoot(name: string): boolean {
  return EXCEPTION_ROOTS.has(name);
}

/** `LayerNotDefined: there is no layer roads`, at most 500 characters. Several exceptions are joined with `; `. */
export function exceptionOf(report: XmlElement): string {
  const said: string[] = [];
  for (const element of walk(report)) {
    if (!EXCEPTIONS.has(element.name)) continue;
    const code = element.attributes['code'] ?? element.attributes['exceptionCode'];
    const text = textOf(element);
    const sentence = [code, text].filter((part) => part !== undefined && part !== '').join(': ');
    if (sentence !== '') said.push(sentence);
  }
  const all = said.length === 0 ? (textOf(report) ?? 'without a word') : said.join('; ');
  return oneLine(all, EXCEPTION_CHARS_MAX).text;
}

/**
 * An answer in words by its beginning: `an HTML page ("Sign in")`, `JSON`, `image/png`, `text that begins "..."`, `XML whose root
 * element is <a>`, `nothing`.
 */
export function describe(head: string, contentType: string, rootName?: string): string {
  const text = head.trimStart();
  if (text === '') return 'nothing';
  const page =
    /^<(!doctype\s+html|html)\b/i.test(text) || (rootName !== undefined && PAGE_ROOTS.test(rootName));
  if (page && text.startsWith('<')) {
    const [, title = ''] = /<title[^<>]{0,200}>([^<]{0,500})/i.exec(text) ?? [];
    const shown = oneLine(title, 80).text;
    return shown === '' ? 'an HTML page' : `an HTML page (${JSON.stringify(shown)})`;
  }
  if (rootName !== undefined && text.startsWith('<'))
    return `XML whose root element is <${rootName.slice(0, 60)}>`;
  if (/^[[{]/.test(text)) return 'JSON';
  const media = /^[\w.+-]+\/[\w.+-]+/.exec(contentType.trim())?.[0].toLowerCase() ?? '';
  if (media !== '' && !/xml|text|html|json|octet-stream/.test(media)) return media;
  const shown = oneLine(text, 60).text;
  return shown === '' ? 'something that is no text' : `text that begins ${JSON.stringify(shown)}`;
}
