// Links of distributions as open-data catalogues have them: what they lead to, from a free text for a format and from the URL itself.
import type { RecordDraft } from './record.ts';

export type DraftLink = NonNullable<RecordDraft['links']>[number];

export interface Distribution {
  /** Where it can be asked for: a service, a page, an API. */
  readonly accessUrl?: string | undefined;
  /** The file itself. */
  readonly downloadUrl?: string | undefined;
  /** `SHP`, `WMS`, `http://publications.europa.eu/resource/authority/file-type/CSV`. */
  readonly format?: string | undefined;
  readonly mediaType?: string | undefined;
  readonly title?: string | undefined;
  /** Of a layer or feature type of the service. */
  readonly name?: string | undefined;
}

/** In the order in which they are looked for: a URL of ArcGIS may end in `/WMSServer`. */
const PROTOCOLS = [
  ['OGC:WMTS', /\bwmts\b/i, /service=wmts|\/wmts\b/i],
  ['OGC:WMS', /\bwms\b/i, /service=wms\b|\/wms(server)?\b/i],
  ['OGC:WFS', /\bwfs\b/i, /service=wfs|\/wfs(server)?\b/i],
  ['OGC:WCS', /\bwcs\b/i, /service=wcs|\/wcs(server)?\b/i],
  ['OGC:CSW', /\bcsw\b/i, /service=csw/i],
  ['OGC:SOS', /\bsos\b/i, /service=sos\b/i],
  [
    'ESRI:REST',
    /\b(esri|arcgis)\b.*\b(rest|geoservices?|(map|feature|image)\s*(server|service|layer))|\bgeoservices\b/i,
    /\/rest\/services\/.+\/(map|feature|image)server(\/\d+)?\/?(\?|$)/i,
  ],
] as const;
/** Words for what is asked and not fetched. */
const API = /\b(api|rest|sparql|odata|soap|geoservice|web\s*service|endpoint)\b/i;
const PAGE = /\b(html?|web\s*page|website|web\s*site)\b|text\/html/i;

/** The protocol of a service as records have it, `OGC:WMS`; `undefined` of all that is no service. */
export function protocolOf(format: string, url: string): string | undefined {
  const named =
    PROTOCOLS.find(([, name]) => name.test(format)) ?? PROTOCOLS.find(([, , shape]) => shape.test(url));
  return named?.[0];
}

/** `service` or `alternate` (a page) for what is no file; `undefined` for what may be one. */
export function relationOf(
  { format, mediaType }: Distribution,
  url: string,
): 'service' | 'alternate' | undefined {
  const kind = `${lastPartOf(format ?? '')} ${mediaType ?? ''}`;
  if (protocolOf(kind, url) !== undefined || API.test(kind)) return 'service';
  return PAGE.test(kind) ? 'alternate' : undefined;
}

/** The links of one distribution: its file as `enclosure`, a service as `service`, a page as `alternate`, all else as `related`. */
export function linksOfDistribution(distribution: Distribution): DraftLink[] {
  const { accessUrl, downloadUrl, mediaType, name } = distribution;
  const format = lastPartOf(distribution.format ?? '');
  const title = distribution.title ?? (format === '' ? undefined : format);
  const shared = {
    ...(title === undefined ? {} : { title }),
    ...(mediaType === undefined ? {} : { type: lastPartOf(mediaType, 2) }),
  };
  const links: DraftLink[] = [];
  if (downloadUrl !== undefined) links.push({ href: downloadUrl, rel: 'enclosure', ...shared });
  if (accessUrl !== undefined && accessUrl !== downloadUrl) {
    const protocol = protocolOf(`${format} ${mediaType ?? ''}`, accessUrl);
    links.push({
      href: accessUrl,
      rel: relationOf(distribution, accessUrl) ?? 'related',
      ...shared,
      ...(protocol === undefined ? {} : { protocol, ...(name === undefined ? {} : { name }) }),
    });
  }
  return links;
}

/** What a distribution is in, for the record's formats: the catalogue's own word before the media type. */
export function formatOf({ format, mediaType }: Distribution): string | undefined {
  const own = lastPartOf(format ?? '');
  return own !== '' ? own : mediaType === undefined ? undefined : lastPartOf(mediaType, 2);
}

/** Of a URI of a register of formats its last parts, `CSV` or `text/csv`; other texts as they are. */
function lastPartOf(text: string, parts: 1 | 2 = 1): string {
  const trimmed = text.trim();
  if (!/^https?:\/\//i.test(trimmed)) return trimmed;
  return trimmed.split('?', 1)[0]?.split('/').slice(-parts).join('/') ?? trimmed;
}
