// What a link of a catalogue is for, by the protocol that it names: the vocabularies of GeoNetwork, INSPIRE and pycsw are alike in this.
import type { RecordDraft } from './record.ts';

export type DraftLink = NonNullable<RecordDraft['links']>[number];

const SERVICE =
  /^(OGC|ESRI|OSGeo|TMS|WMS|WFS|WCS|WMTS|WPS|CSW|SOS|TiledMapService|OPeNDAP|ERDDAP|THREDDS|GLG)\b|ogc[:/]|opengis\.net\/def\/serviceType|serviceType\/|tjs|view service|download service/i;
const DOWNLOAD = /download|^FILE:|^(ftp|sftp|s3):|\bftp\b/i;
const MEDIA_TYPE = /^[a-z]+\/[\w.+-]+(\s*;.*)?$/i;
/** CI_OnLineFunctionCode (ISO 19115:2003, B.5.3; ISO 19115-1, B.3.5) among the relations of links. */
const FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ['download', 'enclosure'],
  ['fileaccess', 'enclosure'],
  ['bulkdownload', 'enclosure'],
  ['completemetadata', 'describedby'],
  ['browsegraphic', 'preview'],
  ['browsing', 'related'],
  ['information', 'related'],
  ['search', 'search'],
]);

export interface OnlineResource {
  readonly href: string | undefined;
  readonly protocol?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** A code of CI_OnLineFunctionCode. */
  readonly function?: string | undefined;
  readonly mediaType?: string | undefined;
}

/** Of a service the name is that of the layer or type to ask for; of all else it is what people read. */
export function onlineLink(online: OnlineResource): DraftLink {
  const { href, protocol, name, description } = online;
  const isService = protocol !== undefined && SERVICE.test(protocol) && !MEDIA_TYPE.test(protocol);
  const type =
    online.mediaType ?? (protocol !== undefined && MEDIA_TYPE.test(protocol) ? protocol : undefined);
  const words = isService ? [description ?? name] : [...new Set([name, description])];
  const title = words.filter((text) => text !== undefined).join(': ');
  return {
    href,
    rel: isService ? 'service' : relationOf(online),
    ...(type === undefined ? {} : { type }),
    ...(title === '' ? {} : { title }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(isService && name !== undefined ? { name } : {}),
  };
}

function relationOf({ function: code, protocol = '' }: OnlineResource): string {
  const known = FUNCTIONS.get(code?.toLowerCase() ?? '');
  if (DOWNLOAD.test(protocol)) return 'enclosure';
  return known ?? 'related';
}
