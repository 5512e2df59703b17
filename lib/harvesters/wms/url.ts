// The URLs of a WMS: the one that asks for its capabilities, and the one that its layers can be drawn from.
import * as ows from '../ows/url.ts';

export type { ServiceAddress } from '../ows/url.ts';

export const WMS_VERSIONS = ['1.0.0', '1.1.0', '1.1.1', '1.3.0'] as const;
export type WmsVersion = (typeof WMS_VERSIONS)[number];

/** What belongs to a GetMap, GetFeatureInfo or GetLegendGraphic that somebody pasted. */
const WMS: ows.KvpProtocol = {
  otherParameters: new Set(
    (
      'layers styles srs crs bbox width height format transparent bgcolor exceptions time elevation sld sld_body ' +
      'query_layers info_format feature_count i j x y layer style'
    ).split(' '),
  ),
  offers: 'layers',
};

/**
 * `url` as a GetCapabilities request, as `requestUrl`.
 * @throws InputInvalid when it is not a URL
 */
export function capabilitiesUrl(url: string, version: WmsVersion): string {
  const asked =
    version === '1.0.0'
      ? ['WMTVER=1.0.0', 'REQUEST=capabilities', 'SERVICE=WMS']
      : ['SERVICE=WMS', 'REQUEST=GetCapabilities', `VERSION=${version}`];
  return ows.requestUrl(url, asked, WMS);
}

/** `url` without the parameters of a request: what a map client is given. */
export function bareUrl(url: string): string {
  return ows.bareUrl(url, WMS);
}

/** As `ows.serviceAddress`, of layers. */
export function serviceAddress(
  harvested: string,
  answered: string,
  advertised: string | undefined,
): ows.ServiceAddress {
  return ows.serviceAddress({ harvested, answered, advertised }, WMS);
}
