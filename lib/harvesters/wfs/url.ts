// The URLs of a WFS: the one that asks for its capabilities, and the one that its features can be got from.
import type { KvpProtocol } from '../ows/url.ts';
import { requestUrl } from '../ows/url.ts';

/** 3 is OGC API - Features, and not asked for so. */
export const WFS_VERSIONS = ['1.0.0', '1.1.0', '2.0.0', '2.0.2'] as const;
export type WfsVersion = (typeof WFS_VERSIONS)[number];

/** What belongs to a GetFeature or DescribeFeatureType that somebody pasted. */
export const WFS: KvpProtocol = {
  otherParameters: new Set(
    (
      'typename typenames outputformat maxfeatures count startindex srsname bbox filter filter_language cql_filter resourceid featureid ' +
      'propertyname resulttype sortby namespace namespaces storedquery_id exceptions resolve resolvedepth valuereference'
    ).split(' '),
  ),
  offers: 'feature types',
};

/** @throws InputInvalid when it is not a URL */
export function capabilitiesUrl(url: string, version: WfsVersion): string {
  return requestUrl(url, ['SERVICE=WFS', 'REQUEST=GetCapabilities', `VERSION=${version}`], WFS);
}
