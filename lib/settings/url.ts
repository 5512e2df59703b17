/** The URL of a remote as somebody types it, read and judged. */
import { ReeveError } from '../session/errors.ts';
import { shortened } from './shortened.ts';

const URL_CHARS_MAX = 2_048;

/**
 * The URL as it is kept: absolute, http or https, without fragment.
 * @throws InputInvalid
 */
export function remoteUrl(typed: string): string {
  const text = typed.trim();
  const shown = JSON.stringify(shortened(text, 100));
  const allowed = 'allowed is an http or https URL such as https://example.org/geonode';
  if (text.length > URL_CHARS_MAX)
    throw new ReeveError(
      'InputInvalid',
      `The URL ${shown} has ${text.length} characters; allowed are ${URL_CHARS_MAX}`,
    );
  if (!URL.canParse(text)) {
    const meant = /^[\w.-]+\.[a-z]{2,}([:/?].*)?$/i.test(text)
      ? `; did you mean https://${shortened(text, 100)}?`
      : '';
    throw new ReeveError('InputInvalid', `${shown} is not a URL: ${allowed}${meant}`);
  }
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ReeveError(
      'InputInvalid',
      `${shown} is not a URL of a remote: its scheme is ${url.protocol.slice(0, -1)}; ${allowed}`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new ReeveError(
      'InputInvalid',
      `The URL of ${url.host} holds a user name or password; allowed is a URL without them: it is shown and logged`,
    );
  }
  url.hash = '';
  return url.href;
}
