// The URLs of a WMS: the one that asks for its capabilities, and the one that its layers can be drawn from.
import ipaddr from 'ipaddr.js';
import { ReeveError } from '../../session/errors.ts';
import { parsedUrl, shownUrl } from '../links.ts';

export const WMS_VERSIONS = ['1.0.0', '1.1.0', '1.1.1', '1.3.0'] as const;
export type WmsVersion = (typeof WMS_VERSIONS)[number];

/** What every request of the protocol says anew (WMS 1.3.0, 7.2.3; `WMTVER` is the version of 1.0.0). */
const REQUEST_PARAMETERS: ReadonlySet<string> = new Set([
  'service',
  'request',
  'version',
  'wmtver',
  'updatesequence',
]);
/** What belongs to a GetMap, GetFeatureInfo or GetLegendGraphic that somebody pasted. */
const MAP_PARAMETERS: ReadonlySet<string> = new Set(
  (
    'layers styles srs crs bbox width height format transparent bgcolor exceptions time elevation sld sld_body ' +
    'query_layers info_format feature_count i j x y layer style'
  ).split(' '),
);

/**
 * `url` as a GetCapabilities request: its own parameters (`map=/data/a.map`) stay as they are spelt, those of another request are
 * replaced, whatever their case (6.8.1: names of parameters have no case).
 * @throws InputInvalid when it is not a URL
 */
export function capabilitiesUrl(url: string, version: WmsVersion): string {
  const asked =
    version === '1.0.0'
      ? ['WMTVER=1.0.0', 'REQUEST=capabilities', 'SERVICE=WMS']
      : ['SERVICE=WMS', 'REQUEST=GetCapabilities', `VERSION=${version}`];
  return withPairs(urlOf(url), [...ownPairs(urlOf(url)), ...asked]);
}

/** `url` without the parameters of a request: what a map client is given. */
export function bareUrl(url: string): string {
  return withPairs(urlOf(url), ownPairs(urlOf(url)));
}

function urlOf(text: string): URL {
  const url = parsedUrl(text.trim());
  if (url === undefined)
    throw new ReeveError('InputInvalid', `${shownUrl(text)} cannot be read; allowed is an absolute URL`);
  return url;
}

function withPairs(url: URL, pairs: readonly string[]): string {
  url.search = pairs.join('&');
  url.hash = '';
  return url.href;
}

/** In their own spelling: some CGI programs do not decode `%2F`. */
function ownPairs(url: URL): string[] {
  const pairs = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '');
  const request =
    pairs
      .find((pair) => nameOf(pair) === 'request')
      ?.split('=', 2)[1]
      ?.toLowerCase() ?? '';
  const isOther = request !== '' && request !== 'getcapabilities' && request !== 'capabilities';
  return pairs.filter((pair) => {
    const name = nameOf(pair);
    return !REQUEST_PARAMETERS.has(name) && !(isOther && MAP_PARAMETERS.has(name));
  });
}

function nameOf(pair: string): string {
  return (pair.split('=', 1)[0] ?? '').toLowerCase();
}

export interface ServiceAddress {
  /** Where maps are asked for, without the parameters of a request. */
  readonly url: string;
  /** The address by which the remote calls itself, when it is another host and one that others could reach. */
  readonly other?: string;
  /** What is odd about it. */
  readonly warning?: string;
}

/**
 * Which address the layers of a remote get. Behind proxies the address that a WMS advertises is often that of a host nobody can reach,
 * and the one that was harvested has just answered. So:
 * 1. advertised on the host that was harvested or that answered: the advertised one (it knows its path), over https if the harvested one
 *    is, and with the harvested one's parameters (`map=`) where the path is the same and they are missing;
 * 2. else the harvested one; an advertised one on another public host is kept as `other`.
 */
export function serviceAddress(
  harvested: string,
  answered: string,
  advertised: string | undefined,
): ServiceAddress {
  const own = parsedUrl(bareUrl(harvested));
  const found =
    advertised === undefined || advertised.trim() === '' ? undefined : parsedUrl(advertised.trim(), answered);
  if (own === undefined || found === undefined || !/^https?:$/.test(found.protocol))
    return { url: bareUrl(harvested) };
  const itself = parsedUrl(bareUrl(found.href)) ?? found;
  if ([own, parsedUrl(answered)].some((known) => known !== undefined && isSameHost(known, itself))) {
    if (own.protocol === 'https:' && itself.port === '') itself.protocol = 'https:';
    return { url: withOwnParameters(itself, own) };
  }
  const said = `the remote calls itself ${shownUrl(itself.href)}, another host; its layers keep the address that was harvested`;
  return isInternal(itself.hostname)
    ? { url: own.href, warning: said }
    : { url: own.href, other: itself.href, warning: said };
}

function withOwnParameters(itself: URL, own: URL): string {
  if (itself.pathname !== own.pathname) return itself.href;
  const pairs = ownPairs(itself);
  const names = new Set(pairs.map(nameOf));
  return withPairs(itself, [...pairs, ...ownPairs(own).filter((pair) => !names.has(nameOf(pair)))]);
}

/** http and https on their own ports are the same host. */
function isSameHost(one: URL, other: URL): boolean {
  return one.hostname === other.hostname && one.port === other.port;
}

/** Names and addresses that mean something only where the remote stands. */
function isInternal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() !== 'unicast';
  return (
    !host.includes('.') || /\.(local|localhost|internal|intranet|lan|home|corp|localdomain)$/i.test(host)
  );
}
