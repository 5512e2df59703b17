/** Which addresses may be fetched: a pure judge of URLs and of the IP addresses that names turn out to be. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parsedUrl, shownUrl } from '../harvesters/links.ts';
import { ReeveError } from '../session/errors.ts';
import type { RemotePolicy } from './policy.ts';

export type AddressRules = Pick<
  RemotePolicy,
  'ports' | 'allowLoopback' | 'allowPrivate' | 'urlCharsMax' | 'sameOriginOnly' | 'allowedOrigins'
>;

type Kind = 'loopback' | 'private' | 'never';
type Block = readonly [cidr: string, kind: Kind, meaning: string];

/** RFC 6890 and its registry; the first block that matches decides. */
const IPV4_DENIED: readonly Block[] = [
  ['127.0.0.0/8', 'loopback', 'a loopback address'],
  ['10.0.0.0/8', 'private', 'a private address'],
  ['172.16.0.0/12', 'private', 'a private address'],
  ['192.168.0.0/16', 'private', 'a private address'],
  ['169.254.0.0/16', 'never', 'a link-local address (cloud metadata)'],
  ['168.63.129.16/32', 'never', 'the wire server of a cloud'],
  ['0.0.0.0/8', 'never', 'an address of "this network"'],
  ['100.64.0.0/10', 'never', 'a shared address of a carrier'],
  ['192.0.0.0/24', 'never', 'a protocol assignment'],
  ['192.0.2.0/24', 'never', 'a documentation address'],
  ['192.31.196.0/24', 'never', 'a special-purpose address'],
  ['192.52.193.0/24', 'never', 'a special-purpose address'],
  ['192.88.99.0/24', 'never', 'a 6to4 relay'],
  ['192.175.48.0/24', 'never', 'a special-purpose address'],
  ['198.18.0.0/15', 'never', 'a benchmarking address'],
  ['198.51.100.0/24', 'never', 'a documentation address'],
  ['203.0.113.0/24', 'never', 'a documentation address'],
  ['224.0.0.0/4', 'never', 'a multicast address'],
  ['240.0.0.0/4', 'never', 'a reserved address'],
];

/** IPv6 is judged the other way round: only global unicast is allowed, and of that not these. */
const IPV6_ALLOWED = ipaddr.parseCIDR('2000::/3');
const IPV6_DENIED: readonly Block[] = [
  ['::1/128', 'loopback', 'a loopback address'],
  ['fd00:ec2::/32', 'never', 'an address of cloud metadata'],
  ['fc00::/7', 'private', 'a private address'],
  ['2001::/23', 'never', 'a protocol assignment (Teredo and others)'],
  ['2001:db8::/32', 'never', 'a documentation address'],
  ['2002::/16', 'never', 'a 6to4 address'],
  ['2620:4f:8000::/48', 'never', 'a special-purpose address'],
  ['3ffe::/16', 'never', 'an address of the former 6bone'],
  ['3fff::/20', 'never', 'a documentation address'],
];

type ParsedBlock = readonly [range: ReturnType<typeof ipaddr.parseCIDR>, kind: Kind, meaning: string];
const parsed = ([cidr, kind, meaning]: Block): ParsedBlock => [ipaddr.parseCIDR(cidr), kind, meaning];
const IPV4_BLOCKS = IPV4_DENIED.map(parsed);
const IPV6_BLOCKS = IPV6_DENIED.map(parsed);

/** Why this IP address may not be connected to, as the end of a sentence; `undefined` when it may. */
export function refusalOfAddress(
  address: string,
  rules: Pick<AddressRules, 'allowLoopback' | 'allowPrivate'>,
): string | undefined {
  // Zone ids (fe80::1%eth0) count as IPv6 for node:net.
  if (isIP(address) === 0 || address.includes('%')) return 'which is not an IP address that may be fetched';
  const ip = ipaddr.parse(address);
  const blocks = ip.kind() === 'ipv4' ? IPV4_BLOCKS : IPV6_BLOCKS;
  const block = blocks.find(([range]) => ip.match(range));
  if (block !== undefined) {
    const [, kind, meaning] = block;
    if (kind === 'loopback') return rules.allowLoopback ? undefined : `which is ${meaning}`;
    if (kind === 'private')
      return rules.allowPrivate ? undefined : `which is ${meaning} (setting allowPrivate)`;
    return `which is ${meaning}`;
  }
  if (ip.kind() === 'ipv6' && !ip.match(IPV6_ALLOWED)) return 'which is not a global unicast address';
  return undefined;
}

const HOST_NAME = /^(?=.{1,254}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*\.?$/;
// The URL parser would strip tabs and line ends without a word: `ht\ttp://` is not what anybody means.
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * The parsed URL, when it may be fetched as far as its text can tell; what its name resolves to is judged when connecting.
 * @param remoteUrl given when `text` comes out of an answer of that remote: then its origin is judged too, and a link that names the
 *   remote's own host by http while the remote is on https is taken as https
 * @param movedTo an origin that the remote's own URL redirects to, which counts as its own
 * @throws RemoteForbidden
 */
export function judgedUrl(text: string, rules: AddressRules, remoteUrl?: string, movedTo?: string): URL {
  const url = parsedOrForbidden(text, rules);
  const refusal = refusalOfHost(url, rules);
  if (refusal !== undefined) throw forbidden(text, refusal);
  if (remoteUrl === undefined || !rules.sameOriginOnly || url.origin === movedTo) return url;
  return judgedLink(url, rules, remoteUrl);
}

function parsedOrForbidden(text: string, rules: AddressRules): URL {
  if (text.length > rules.urlCharsMax) {
    throw forbidden(
      text.slice(0, 200),
      `it has ${text.length} characters; allowed are ${rules.urlCharsMax} (urlCharsMax)`,
    );
  }
  if (CONTROL.test(text)) throw forbidden('A URL', 'it contains control characters');
  const url = parsedUrl(text);
  if (url === undefined) throw forbidden(text, 'it is not an absolute URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw forbidden(text, `its scheme is ${url.protocol.slice(0, 30)} and allowed are http: and https:`);
  }
  if (!/^\s*https?:\/\//i.test(text)) throw forbidden(text, 'it must start with http:// or https://');
  if (url.username !== '' || url.password !== '') throw forbidden(text, 'it carries a user name or password');
  return url;
}

function refusalOfHost(url: URL, rules: AddressRules): string | undefined {
  const host = bareHost(url);
  const literal = isIP(host) !== 0;
  if (literal) {
    const refusal = refusalOfAddress(host, rules);
    if (refusal !== undefined) return `its host is ${host}, ${refusal}`;
  } else {
    const refusal = refusalOfName(host, rules);
    if (refusal !== undefined) return refusal;
  }
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  if (rules.ports.includes(port) || (rules.allowLoopback && isLoopback(host, literal))) return undefined;
  return `its port is ${port} and allowed are ${rules.ports.join(', ')} (setting ports)`;
}

function refusalOfName(name: string, rules: AddressRules): string | undefined {
  if (!HOST_NAME.test(name)) return 'its host is not a valid name';
  const loopback = isLocalName(name);
  if (loopback) return rules.allowLoopback ? undefined : `its host is ${name}, which is this machine`;
  // A name without a dot belongs to the network we are in: http://unix:/var/run/docker.sock parses as one.
  if (!/\../.test(name) && !rules.allowPrivate)
    return `its host ${name} is a name of a private network (setting allowPrivate)`;
  return undefined;
}

const isLocalName = (name: string) => /(?:^|\.)localhost\.?$/.test(name);

function isLoopback(host: string, literal: boolean): boolean {
  return literal ? host === '::1' || host.startsWith('127.') : isLocalName(host);
}

function judgedLink(url: URL, rules: AddressRules, remoteUrl: string): URL {
  const remote = parsedUrl(remoteUrl);
  if (remote === undefined)
    throw new ReeveError('InputInvalid', `The URL of the remote is not a URL: ${shownUrl(remoteUrl)}`);
  if (url.origin === remote.origin) return url;
  // Servers behind a proxy name themselves by http; and a remote given by http may name itself by https.
  if (url.hostname === remote.hostname && url.port === '' && remote.port === '') {
    url.protocol = 'https:';
    return url;
  }
  if (rules.allowedOrigins.some((origin) => parsedUrl(origin)?.origin === url.origin)) return url;
  throw forbidden(
    url.href,
    `an answer of ${remote.origin} led to it, and it is on another origin (to allow it: allowedOrigins, with the value ${url.origin})`,
  );
}

/** The host without the brackets of IPv6. */
export function bareHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
}

function forbidden(text: string, because: string): ReeveError {
  return new ReeveError('RemoteForbidden', `${shownUrl(text)} may not be fetched: ${because}`);
}
