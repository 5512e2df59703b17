// Where things are on an ArcGIS server: the services directory, its folders, services and layers, to and from URLs.
import { ReeveError } from '../../session/errors.ts';
import type { RemoteRequest } from '../harvester.ts';
import { parsedUrl, shownUrl } from '../links.ts';

export const SERVERS = ['MapServer', 'FeatureServer', 'ImageServer'] as const;
export type Server = (typeof SERVERS)[number];

export interface Address {
  /** `https://host/arcgis/rest/services`, without a slash at its end. */
  readonly root: string;
  /** The folder, or with `server` the service and the folders it lies in; decoded. */
  readonly path: readonly string[];
  readonly server?: Server;
  /** A layer's number, or `layers` for the answer with all of them. */
  readonly layer?: string;
}

/**
 * Reads any URL of a services directory. One that names none is taken for the site of a server: `https://host/gis` has its directory
 * at `/gis/rest/services`, and `https://host` has it where the installer puts it, at `/arcgis/rest/services`.
 * @throws InputInvalid
 */
export function addressOf(url: string): Address {
  const parsed = parsedUrl(url);
  if (parsed === undefined)
    throw new ReeveError(
      'InputInvalid',
      `${shownUrl(url)} is no URL of an ArcGIS server; allowed is http(s)://host/.../rest/services`,
    );
  const [, before = '', after = ''] = /^(.*?\/rest\/services)(?:\/(.*))?$/i.exec(parsed.pathname) ?? [];
  if (before === '') return { root: `${parsed.origin}${directoryOf(parsed.pathname)}`, path: [] };
  const segments = after
    .split('/')
    .filter((segment) => segment !== '')
    .map(decoded);
  const at = segments.findIndex((segment) => serverOf(segment) !== undefined);
  const server = serverOf(segments[at] ?? '');
  const root = `${parsed.origin}${before}`;
  if (server === undefined) return { root, path: segments };
  const layer = segments[at + 1];
  return { root, path: segments.slice(0, at), server, ...(layer === undefined ? {} : { layer }) };
}

function directoryOf(pathname: string): string {
  const site = pathname.replace(/\/+$/, '').replace(/\/rest$/i, '');
  return `${site === '' ? '/arcgis' : site}/rest/services`;
}

function serverOf(segment: string): Server | undefined {
  return SERVERS.find((server) => server.toLowerCase() === segment.toLowerCase());
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** `Census/Roads/MapServer/3`: what names a thing within its server, whatever host and protocol it is reached by. */
export function idOf({ path, server, layer }: Address): string {
  return [...path, server, layer].filter((part) => part !== undefined).join('/');
}

export function urlOf(address: Address): string {
  return urlOfId(address.root, idOf(address));
}

export function urlOfId(root: string, id: string): string {
  return [
    root,
    ...id
      .split('/')
      .filter((part) => part !== '')
      .map(encodeURIComponent),
  ].join('/');
}

/** Where a MapServer speaks OGC: `/arcgis/services/Census/MapServer/WMSServer`, beside `/arcgis/rest/services`. */
export function ogcUrlOf(address: Address, extension: 'WMSServer' | 'WFSServer'): string {
  const { path, server, root } = address;
  return `${urlOf({ root: root.replace(/\/rest\/services$/i, '/services'), path, ...(server === undefined ? {} : { server }) })}/${extension}`;
}

const NAME_CHARS_MAX = 1_000;

/** Names come from the remote: one with `..` or an empty part would lead elsewhere, a broken one cannot stand in a URL. */
export function partsOf(name: string): readonly string[] | undefined {
  if (name.length > NAME_CHARS_MAX || !name.isWellFormed() || /\p{Cc}/u.test(name)) return undefined;
  const parts = name.split('/');
  return parts.every((part) => part.trim() !== '' && part !== '.' && part !== '..') ? parts : undefined;
}

/**
 * The request for an address. What the reader of the reply has to know besides is carried in the URL's fragment, which is never sent
 * (RFC 3986, 3.5): so it lies in the cursor, and the same address asked for another purpose is another request.
 */
export function requestOf(address: Address, state?: URLSearchParams): RemoteRequest {
  const fragment = state === undefined || state.size === 0 ? '' : `#${state.toString()}`;
  return { url: `${urlOf(address)}?f=json${fragment}`, headers: { accept: 'application/json' } };
}

export function stateOf(request: RemoteRequest): URLSearchParams {
  return new URLSearchParams(parsedUrl(request.url)?.hash.slice(1) ?? '');
}
