// The URLs of OGC web services that are asked by key and value (WMS, WFS): their capabilities, and where a client finds what they offer.
import ipaddr from 'ipaddr.js';
import { ReeveError } from '../../session/errors.ts';
import { parsedUrl, shownUrl } from '../links.ts';

/** What every request of these protocols says anew (OGC 06-121r3, 7.2; WMS 1.3.0, 7.2.3; `WMTVER` is the version of WMS 1.0.0). */
const REQUEST_PARAMETERS: ReadonlySet<string> = new Set([
  'service',
  'request',
  'version',
  'acceptversions',
  'sections',
  'wmtver',
  'updatesequence',
]);

/** What is peculiar to a protocol. */
export interface KvpProtocol {
  /** In lower case: what belongs to other requests than that for the capabilities, which somebody may have pasted. */
  readonly otherParameters: ReadonlySet<string>;
  /** What it offers, for sentences: `layers`. */
  readonly offers: string;
}

/**
 * `url` with the parameters of a request: its own (`map=/data/a.map`) stay as they are spelt, those of another request are replaced, whatever
 * their case (WMS 1.3.0, 6.8.1: names of parameters have no case).
 * @throws InputInvalid when it is not a URL
 */
export function requestUrl(url: string, asked: readonly string[], protocol: KvpProtocol): string {
  const parsed = urlOf(url);
  return withPairs(parsed, [...ownPairs(parsed, protocol), ...asked]);
}

/** `url` without the parameters of a request: what a client is given. */
export function bareUrl(url: string, protocol: KvpProtocol): string {
  return requestUrl(url, [], protocol);
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
function ownPairs(url: URL, { otherParameters }: KvpProtocol): string[] {
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
    return !REQUEST_PARAMETERS.has(name) && !(isOther && otherParameters.has(name));
  });
}

function nameOf(pair: string): string {
  return (pair.split('=', 1)[0] ?? '').toLowerCase();
}

export interface ServiceAddress {
  /** Where a client asks, without the parameters of a request. */
  readonly url: string;
  /** The address by which the remote calls itself, when it is another host and one that others could reach. */
  readonly other?: string;
  /** What is odd about it. */
  readonly warning?: string;
}

/**
 * Which address the layers or feature types of a remote get. Behind proxies the address that a service advertises is often that of a host nobody
 * can reach, and the one that was harvested has just answered. So:
 * 1. advertised on the host that was harvested or that answered: the advertised one (it knows its path), over https if the harvested one
 *    is, and with the harvested one's parameters (`map=`) where the path is the same and they are missing;
 * 2. else the harvested one; an advertised one on another public host is kept as `other`.
 */
export function serviceAddress(
  {
    harvested,
    answered,
    advertised,
  }: { harvested: string; answered: string; advertised: string | undefined },
  protocol: KvpProtocol,
): ServiceAddress {
  const bare = bareUrl(harvested, protocol);
  const own = parsedUrl(bare);
  const found =
    advertised === undefined || advertised.trim() === '' ? undefined : parsedUrl(advertised.trim(), answered);
  if (own === undefined || found === undefined || !/^https?:$/.test(found.protocol)) return { url: bare };
  const itself = parsedUrl(bareUrl(found.href, protocol)) ?? found;
  if ([own, parsedUrl(answered)].some((known) => known !== undefined && isSameHost(known, itself))) {
    if (own.protocol === 'https:' && itself.port === '') itself.protocol = 'https:';
    return { url: withOwnParameters(itself, own, protocol) };
  }
  const said = `the remote calls itself ${shownUrl(itself.href)}, another host; its ${protocol.offers} keep the address that was harvested`;
  return isInternal(itself.hostname)
    ? { url: own.href, warning: said }
    : { url: own.href, other: itself.href, warning: said };
}

function withOwnParameters(itself: URL, own: URL, protocol: KvpProtocol): string {
  if (itself.pathname !== own.pathname) return itself.href;
  const pairs = ownPairs(itself, protocol);
  const names = new Set(pairs.map(nameOf));
  return withPairs(itself, [...pairs, ...ownPairs(own, protocol).filter((pair) => !names.has(nameOf(pair)))]);
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
