// One dataset of the sample remote as a metadata record: ISO 19139 (gmd) and Dublin Core (csw:Record), both as catalogues hand them out.
import { CONTACTS, LICENSES, type SampleDataset, THEMES, WORKSPACE } from './dataset.ts';
import { escaped } from './xml.ts';

const ISO_NAMESPACES =
  'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" xmlns:gml="http://www.opengis.net/gml/3.2"';
const CODES = 'http://standards.iso.org/iso/19139/resources/gmxCodelists.xml';

function text(name: string, value: string): string {
  return `<gmd:${name}><gco:CharacterString>${escaped(value)}</gco:CharacterString></gmd:${name}>`;
}

function code(name: string, list: string, value: string): string {
  return `<gmd:${name}><gmd:${list} codeList="${CODES}#${list}" codeListValue="${value}">${value}</gmd:${list}></gmd:${name}>`;
}

function date(value: string, kind: string): string {
  return `<gmd:date><gmd:CI_Date><gmd:date><gco:DateTime>${value}</gco:DateTime></gmd:date>${code('dateType', 'CI_DateTypeCode', kind)}</gmd:CI_Date></gmd:date>`;
}

function party(element: string, dataset: SampleDataset, role: string): string {
  const { first, last, organization, position, email, phone } = CONTACTS[dataset.contact];
  return (
    `<gmd:${element}><gmd:CI_ResponsibleParty>${text('individualName', `${first} ${last}`)}${text('organisationName', organization)}${text('positionName', position)}` +
    `<gmd:contactInfo><gmd:CI_Contact><gmd:phone><gmd:CI_Telephone>${text('voice', phone)}</gmd:CI_Telephone></gmd:phone>` +
    `<gmd:address><gmd:CI_Address>${text('electronicMailAddress', email)}</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>` +
    `${code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty></gmd:${element}>`
  );
}

function decimal(name: string, value: number): string {
  return `<gmd:${name}><gco:Decimal>${value}</gco:Decimal></gmd:${name}>`;
}

function extent({ box: [west, south, east, north], interval }: SampleDataset): string {
  const [begin, end] = interval ?? [null, null];
  const position = (name: string, at: string | null): string =>
    at === null
      ? `<gml:${name} indeterminatePosition="unknown"/>`
      : `<gml:${name}>${escaped(at)}</gml:${name}>`;
  const time =
    interval === undefined
      ? ''
      : `<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent><gml:TimePeriod gml:id="t1">${position('beginPosition', begin)}${position('endPosition', end)}</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>`;
  return (
    `<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicBoundingBox>${decimal('westBoundLongitude', west)}${decimal('eastBoundLongitude', east)}` +
    `${decimal('southBoundLatitude', south)}${decimal('northBoundLatitude', north)}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>${time}</gmd:EX_Extent></gmd:extent>`
  );
}

function keywords(words: readonly string[], thesaurus?: string): string {
  const each = words.map((word) => text('keyword', word)).join('');
  const name =
    thesaurus === undefined
      ? ''
      : `<gmd:thesaurusName><gmd:CI_Citation>${text('title', thesaurus)}</gmd:CI_Citation></gmd:thesaurusName>`;
  return `<gmd:descriptiveKeywords><gmd:MD_Keywords>${each}${name}</gmd:MD_Keywords></gmd:descriptiveKeywords>`;
}

function constraints({ license }: SampleDataset): string {
  if (LICENSES[license] === '') return '';
  return `<gmd:resourceConstraints><gmd:MD_LegalConstraints>${code('useConstraints', 'MD_RestrictionCode', 'license')}${text('otherConstraints', LICENSES[license])}</gmd:MD_LegalConstraints></gmd:resourceConstraints>`;
}

function online(href: string, protocol: string, name: string): string {
  return `<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>${escaped(href)}</gmd:URL></gmd:linkage>${text('protocol', protocol)}${text('name', name)}</gmd:CI_OnlineResource></gmd:onLine>`;
}

/** Where the dataset can be had, each with the protocol as CSW catalogues write it. */
function addressesOf(dataset: SampleDataset, origin: string): readonly (readonly [string, string, string])[] {
  return dataset.geometry === 'document'
    ? [[`${origin}/documents/${dataset.pk}/link`, 'WWW:DOWNLOAD-1.0-http--download', dataset.title]]
    : [[`${origin}/wms`, 'OGC:WMS', `${WORKSPACE}:${dataset.name}`]];
}

/** @param origin of the remote: `http://127.0.0.1:8080` */
export function isoRecord(dataset: SampleDataset, origin: string): string {
  const { uuid, language, updatedAt, publishedAt, title, theme } = dataset;
  const onlines = addressesOf(dataset, origin).map((address) => online(...address));
  return (
    `<gmd:MD_Metadata ${ISO_NAMESPACES}>${text('fileIdentifier', uuid)}${text('language', language)}${code('hierarchyLevel', 'MD_ScopeCode', dataset.geometry === 'document' ? 'nonGeographicDataset' : 'dataset')}` +
    `${party('contact', dataset, 'pointOfContact')}<gmd:dateStamp><gco:DateTime>${updatedAt}</gco:DateTime></gmd:dateStamp>` +
    `<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier><gmd:RS_Identifier>${text('code', '4326')}${text('codeSpace', 'EPSG')}</gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>` +
    `<gmd:identificationInfo><gmd:MD_DataIdentification><gmd:citation><gmd:CI_Citation>${text('title', title)}${date(publishedAt, 'publication')}` +
    `<gmd:identifier><gmd:MD_Identifier>${text('code', `urn:wendlemere:${dataset.name}`)}</gmd:MD_Identifier></gmd:identifier></gmd:CI_Citation></gmd:citation>` +
    `${text('abstract', dataset.abstract ?? `${THEMES[theme].title} in ${dataset.place}.`)}${party('pointOfContact', dataset, 'custodian')}` +
    `${keywords(dataset.keywords)}${keywords([THEMES[theme].title], 'Themes of the county')}${constraints(dataset)}${text('language', language)}` +
    `<gmd:topicCategory><gmd:MD_TopicCategoryCode>${THEMES[theme].category}</gmd:MD_TopicCategoryCode></gmd:topicCategory>${extent(dataset)}</gmd:MD_DataIdentification></gmd:identificationInfo>` +
    `<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions><gmd:MD_DigitalTransferOptions>${onlines.join('')}</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo></gmd:MD_Metadata>`
  );
}

const DC_NAMESPACES =
  'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dct="http://purl.org/dc/terms/" xmlns:ows="http://www.opengis.net/ows"';

/** As `isoRecord`, with less to say (CSW 2.0.2, 10.2.5). */
export function dublinCoreRecord(dataset: SampleDataset, origin: string): string {
  const {
    box: [west, south, east, north],
    theme,
  } = dataset;
  const line = (name: string, value: string): string => `<${name}>${escaped(value)}</${name}>`;
  const references = addressesOf(dataset, origin).map(
    ([href, protocol]) => `<dct:references scheme="${protocol}">${escaped(href)}</dct:references>`,
  );
  return (
    `<csw:Record ${DC_NAMESPACES}>${line('dc:identifier', dataset.uuid)}${line('dc:title', dataset.title)}${line('dc:type', 'dataset')}` +
    `${[...dataset.keywords, THEMES[theme].title].map((word) => line('dc:subject', word)).join('')}${line('dct:modified', dataset.updatedAt)}` +
    `${line('dct:abstract', dataset.abstract ?? `${THEMES[theme].title} in ${dataset.place}.`)}${line('dc:creator', CONTACTS[dataset.contact].organization)}` +
    `${line('dc:language', dataset.language)}${line('dc:rights', LICENSES[dataset.license])}${references.join('')}` +
    `<ows:BoundingBox crs="urn:ogc:def:crs:EPSG::4326"><ows:LowerCorner>${south} ${west}</ows:LowerCorner><ows:UpperCorner>${north} ${east}</ows:UpperCorner></ows:BoundingBox></csw:Record>`
  );
}
