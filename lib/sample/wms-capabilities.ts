// The sample WMS's capabilities, in the two versions that it speaks (OGC 01-068r3 and OGC 06-042), piece by piece.
import { type Catalogue } from './catalogue.ts';
import {
  type Box,
  type SampleDataset,
  type ThemeKey,
  CONTACTS,
  COUNTY_BOX,
  THEMES,
  WORKSPACE,
  THEME_KEYS,
  layerName,
} from './dataset.ts';
import { escaped } from './xml.ts';

export type WmsVersion = '1.1.1' | '1.3.0';

export interface CapabilitiesInput {
  readonly version: WmsVersion;
  readonly origin: string;
  readonly catalogue: Catalogue;
  /** The datasets that are layers. */
  readonly layers: ReadonlyMap<ThemeKey, readonly number[]>;
  /** So many of the first layers are told once more at the end. */
  readonly duplicates: number;
}

/** The reference systems of every layer: told once, at the root, and inherited (1.3.0, 7.2.4.8). */
export const SYSTEMS: Readonly<Record<WmsVersion, readonly string[]>> = {
  '1.1.1': ['EPSG:4326', 'EPSG:3857'],
  '1.3.0': ['CRS:84', 'EPSG:4326', 'EPSG:3857'],
};

export function* capabilitiesXml(input: CapabilitiesInput): Generator<string> {
  const { version, catalogue, layers } = input;
  yield* prolog(input);
  yield `<Layer><Title>County of Wendlemere</Title><Abstract>All that the county has on the map.</Abstract>`;
  yield SYSTEMS[version]
    .map((name) => (version === '1.1.1' ? `<SRS>${name}</SRS>` : `<CRS>${name}</CRS>`))
    .join('');
  yield boxesXml(version, COUNTY_BOX);
  yield `<AuthorityURL name="${WORKSPACE}">${onlineResource(`${input.origin}/`)}</AuthorityURL>`;
  for (const theme of THEME_KEYS) {
    const pks = layers.get(theme) ?? [];
    if (pks.length === 0) continue;
    yield `<Layer><Title>${escaped(THEMES[theme].title)}</Title>`;
    yield* layersXml(input, pks);
    yield '</Layer>';
  }
  yield* layersXml(input, [...layers.values()].flat().slice(0, input.duplicates));
  yield version === '1.1.1'
    ? '</Layer></Capability></WMT_MS_Capabilities>'
    : '</Layer></Capability></WMS_Capabilities>';

  function* layersXml(to: CapabilitiesInput, pks: readonly number[]): Generator<string> {
    for (const pk of pks) {
      const dataset = catalogue.dataset(pk);
      if (dataset !== undefined) yield layerXml(to, dataset);
    }
  }
}

function* prolog({ version, origin, catalogue }: CapabilitiesInput): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (version === '1.1.1') {
    yield '<!DOCTYPE WMT_MS_Capabilities SYSTEM "http://schemas.opengis.net/wms/1.1.1/capabilities_1_1_1.dtd">\n';
    yield `<WMT_MS_Capabilities version="1.1.1" updateSequence="${catalogue.size}">`;
  } else {
    yield `<WMS_Capabilities version="1.3.0" updateSequence="${catalogue.size}" xmlns="http://www.opengis.net/wms" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.opengis.net/wms http://schemas.opengis.net/wms/1.3.0/capabilities_1_3_0.xsd">`;
  }
  yield serviceXml(version, origin);
  const capabilitiesFormat = version === '1.1.1' ? 'application/vnd.ogc.wms_xml' : 'text/xml';
  const exceptionFormat = version === '1.1.1' ? 'application/vnd.ogc.se_xml' : 'XML';
  yield `<Capability><Request>${operationXml('GetCapabilities', capabilitiesFormat, origin)}${operationXml('GetMap', 'image/png', origin)}</Request>`;
  yield `<Exception><Format>${exceptionFormat}</Format></Exception>`;
}

function serviceXml(version: WmsVersion, origin: string): string {
  const { first, last, organization, position, email, phone } = CONTACTS.surveyor;
  return [
    `<Service><Name>${version === '1.1.1' ? 'OGC:WMS' : 'WMS'}</Name><Title>Maps of the county of Wendlemere</Title>`,
    '<Abstract>The sample remote of Reeve: an invented county, &amp; nothing in it is real.</Abstract>',
    '<KeywordList><Keyword>sample</Keyword><Keyword>Wendlemere</Keyword></KeywordList>',
    onlineResource(`${origin}/wms`),
    `<ContactInformation><ContactPersonPrimary><ContactPerson>${escaped(`${first} ${last}`)}</ContactPerson>`,
    `<ContactOrganization>${escaped(organization)}</ContactOrganization></ContactPersonPrimary>`,
    `<ContactPosition>${position}</ContactPosition><ContactVoiceTelephone>${phone}</ContactVoiceTelephone>`,
    `<ContactElectronicMailAddress>${email}</ContactElectronicMailAddress></ContactInformation>`,
    '<Fees>none</Fees><AccessConstraints>none</AccessConstraints></Service>',
  ].join('');
}

function operationXml(name: string, format: string, origin: string): string {
  return `<${name}><Format>${format}</Format><DCPType><HTTP><Get>${onlineResource(`${origin}/wms?`)}</Get></HTTP></DCPType></${name}>`;
}

function layerXml({ version, origin }: CapabilitiesInput, dataset: SampleDataset): string {
  const { organization } = CONTACTS[dataset.contact];
  const legend = `${origin}/wms?service=WMS&version=${version}&request=GetLegendGraphic&format=image/png&layer=${layerName(dataset)}`;
  return [
    `<Layer queryable="0"><Name>${layerName(dataset)}</Name><Title>${escaped(dataset.title)}</Title>`,
    dataset.abstract === undefined ? '' : `<Abstract>${escaped(dataset.abstract)}</Abstract>`,
    `<KeywordList>${dataset.keywords.map((word) => `<Keyword>${escaped(word)}</Keyword>`).join('')}</KeywordList>`,
    boxesXml(version, dataset.box),
    timeXml(version, dataset),
    `<Attribution><Title>${escaped(organization)}</Title></Attribution>`,
    `<Identifier authority="${WORKSPACE}">${dataset.uuid}</Identifier>`,
    `<DataURL><Format>application/json</Format>${onlineResource(`${origin}/api/v2/datasets/${dataset.pk}`)}</DataURL>`,
    `<Style><Name>default</Name><Title>Default</Title><LegendURL width="20" height="20"><Format>image/png</Format>${onlineResource(legend)}</LegendURL></Style>`,
    '</Layer>',
  ].join('');
}

/** The trap of 1.3.0: the box of EPSG:4326 has latitude first (6.7.3.2), those of CRS:84 and of 1.1.1 have longitude first. */
function boxesXml(version: WmsVersion, box: Box): string {
  const [west, south, east, north] = box.map(numberText);
  if (version === '1.1.1') {
    const edges = `minx="${west}" miny="${south}" maxx="${east}" maxy="${north}"`;
    return `<LatLonBoundingBox ${edges}/><BoundingBox SRS="EPSG:4326" ${edges}/>`;
  }
  return [
    `<EX_GeographicBoundingBox><westBoundLongitude>${west}</westBoundLongitude><eastBoundLongitude>${east}</eastBoundLongitude>`,
    `<southBoundLatitude>${south}</southBoundLatitude><northBoundLatitude>${north}</northBoundLatitude></EX_GeographicBoundingBox>`,
    `<BoundingBox CRS="CRS:84" minx="${west}" miny="${south}" maxx="${east}" maxy="${north}"/>`,
    `<BoundingBox CRS="EPSG:4326" minx="${south}" miny="${west}" maxx="${north}" maxy="${east}"/>`,
  ].join('');
}

/** A server written in C prints what is not a number as `nan`. */
function numberText(value: number): string {
  return Number.isNaN(value) ? 'nan' : String(value);
}

/** 1.3.0, annex C.2, and 1.1.1, annex C: an open end is the day of publication. */
function timeXml(version: WmsVersion, dataset: SampleDataset): string {
  const [from, to] = dataset.interval ?? [null, null];
  if (from === null) return '';
  const extent = `${from}/${to ?? dataset.publishedAt.slice(0, 10)}/P1D`;
  if (version === '1.3.0') return `<Dimension name="time" units="ISO8601">${extent}</Dimension>`;
  return `<Dimension name="time" units="ISO8601"/><Extent name="time">${extent}</Extent>`;
}

function onlineResource(href: string): string {
  return `<OnlineResource xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple" xlink:href="${escaped(href)}"/>`;
}
