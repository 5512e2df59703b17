// Records of ISO 19139 and ISO 19115-3: every form in which writers put the same thing, and nothing that is only nearly there.
import { describe, expect, test } from 'vitest';
import { listedMetadata } from '../../../lib/harvesters/metadata.ts';
import { readListed } from '../../../lib/harvesters/listed.ts';
import { elementOf, gmd, ID, propertiesOf, recordOf, text } from './documents.ts';

const free = (...said: readonly [string, string][]): string =>
  `<gmd:PT_FreeText>${said.map(([locale, words]) => `<gmd:textGroup><gmd:LocalisedCharacterString locale="#${locale}">${words}</gmd:LocalisedCharacterString></gmd:textGroup>`).join('')}</gmd:PT_FreeText>`;
const abstract = (inside: string): string | undefined =>
  propertiesOf({ identification: `<gmd:abstract>${inside}</gmd:abstract>` }).description;

describe('what a property says', () => {
  test.each([
    ['in words', text('Weirs'), 'Weirs'],
    ['in an anchor', '<gmx:Anchor xlink:href="https://a.example/weirs">Weirs</gmx:Anchor>', 'Weirs'],
    [
      'in an anchor without words: its address',
      '<gmx:Anchor xlink:href="https://a.example/weirs"/>',
      'https://a.example/weirs',
    ],
    ['in its own language, not in another', text('Wehre') + free(['EN', 'Weirs']), 'Wehre'],
    [
      'in the first other language where its own says nothing',
      `${text('')}${free(['EN', 'Weirs'], ['FR', 'Barrages'])}`,
      'Weirs',
    ],
    ['only in other languages', free(['FR', 'Barrages']), 'Barrages'],
    ['without naming the type', 'Weirs', 'Weirs'],
    ['nothing', '<gco:CharacterString/>', undefined],
    [
      'nothing, and nothing of what comes next',
      '<gco:CharacterString/></gmd:abstract><gmd:status><gmd:MD_ProgressCode codeListValue="onGoing"/></gmd:status><gmd:abstract>',
      undefined,
    ],
  ])('%s', (_name, inside, words) => {
    expect(abstract(inside)).toBe(words);
  });

  test('a reason for nothing is nothing', () => {
    expect(
      propertiesOf({ identification: '<gmd:abstract gco:nilReason="missing"/>' }).description,
    ).toBeUndefined();
  });
});

describe('who it is', () => {
  test('its own identifier, whatever the standard; profiles name their own root', () => {
    expect(recordOf(gmd({})).id).toBe('id-1');
    expect(recordOf(gmd({}).replaceAll('gmd:MD_Metadata', 'che:CHE_MD_Metadata')).id).toBe('id-1');
    const mdb =
      '<mdb:MD_Metadata><mdb:metadataIdentifier><mcc:MD_Identifier><mcc:code><gco:CharacterString>id-3</gco:CharacterString></mcc:code></mcc:MD_Identifier></mdb:metadataIdentifier></mdb:MD_Metadata>';
    expect(recordOf(mdb).id).toBe('id-3');
  });

  const cited = `<gmd:identifier><gmd:RS_Identifier><gmd:code>${text('X-7')}</gmd:code><gmd:codeSpace>${text('county')}</gmd:codeSpace></gmd:RS_Identifier></gmd:identifier>`;

  test('that of its resource where it has none, with a note', () => {
    const { id, properties } = recordOf(gmd({ root: '', citation: cited }));
    expect(id).toBe('X-7');
    expect(properties.externalIds).toBeUndefined();
    expect(properties.notes).toEqual(['it has no identifier of its own; that of its resource stands in']);
  });

  test('identifiers of the resource are kept, with the space they come from and the address behind them', () => {
    const doi =
      '<gmd:identifier><gmd:MD_Identifier><gmd:code><gmx:Anchor xlink:href="https://doi.org/10.1/x">doi:10.1/x</gmx:Anchor></gmd:code></gmd:MD_Identifier></gmd:identifier>';
    expect(propertiesOf({ citation: cited + doi }).externalIds).toEqual([
      { scheme: 'county', value: 'X-7' },
      { value: 'doi:10.1/x' },
      { value: 'https://doi.org/10.1/x' },
    ]);
  });

  test('without any it fails, with its title to find it by; the same record has the same stand-in', () => {
    const nameless = elementOf(gmd({ root: '' }));
    const [one, again] = [listedMetadata(nameless), listedMetadata(nameless)];
    expect(one.id).toBe(again.id);
    expect(readListed(one)).toEqual({
      reading: 'invalid',
      because: 'it has neither an identifier of its own nor one of its resource ("A title")',
    });
  });
});

describe('type, language, dates, systems', () => {
  test('the level by its code, not by the words of the server', () => {
    const level =
      '<gmd:hierarchyLevel><gmd:MD_ScopeCode codeListValue="series">Datensatzserie</gmd:MD_ScopeCode></gmd:hierarchyLevel>';
    expect(propertiesOf({ root: ID + level }).type).toBe('series');
    expect(
      recordOf(gmd({}).replaceAll('gmd:MD_DataIdentification', 'srv:SV_ServiceIdentification')).properties
        .type,
    ).toBe('service');
    expect(propertiesOf({}).type).toBe('dataset');
  });

  test.each([
    ['<gmd:language><gmd:LanguageCode codeListValue="ger"/></gmd:language>', 'de'],
    [`<gmd:language>${text('fre; CAN')}</gmd:language>`, 'fr'],
    [
      '<gmd:language><gmd:LanguageCode codeListValue="http://id.loc.gov/vocabulary/iso639-2/dut"/></gmd:language>',
      'nl',
    ],
  ])('language %s', (language, expected) => {
    expect(propertiesOf({ identification: language }).language).toBe(expected);
    expect(propertiesOf({ root: ID + language }).language).toBe(expected);
  });

  const dated = (date: string, kind: string): string =>
    `<gmd:date><gmd:CI_Date><gmd:date><gco:Date>${date}</gco:Date></gmd:date><gmd:dateType><gmd:CI_DateTypeCode codeListValue="${kind}"/></gmd:dateType></gmd:CI_Date></gmd:date>`;

  test('created by its resource, updated by its stamp', () => {
    const stamp = '<gmd:dateStamp><gco:DateTime>2024-05-01T10:00:00Z</gco:DateTime></gmd:dateStamp>';
    const citation =
      dated('2021-01-01', 'publication') + dated('2020-01-01', 'creation') + dated('2023-01-01', 'revision');
    expect(propertiesOf({ root: ID + stamp, citation })).toMatchObject({
      created: '2020-01-01',
      updated: '2024-05-01T10:00:00Z',
    });
    expect(propertiesOf({ citation })).toMatchObject({ updated: '2023-01-01' });
    expect(propertiesOf({ citation: dated('2021-01-01', 'publication') })).toMatchObject({
      created: '2021-01-01',
    });
  });

  test.each([
    [`<gmd:code>${text('4326')}</gmd:code><gmd:codeSpace>${text('EPSG')}</gmd:codeSpace>`, 'EPSG:4326'],
    [`<gmd:code>${text('urn:ogc:def:crs:EPSG:8.9:25832')}</gmd:code>`, 'EPSG:25832'],
    [`<gmd:code>${text('http://www.opengis.net/def/crs/EPSG/0/31370')}</gmd:code>`, 'EPSG:31370'],
    [`<gmd:code>${text('WGS 84 (EPSG:4326)')}</gmd:code>`, 'EPSG:4326'],
    [
      '<gmd:code><gmx:Anchor xlink:href="http://www.opengis.net/def/crs/EPSG/0/3812">Lambert 2008</gmx:Anchor></gmd:code>',
      'EPSG:3812',
    ],
    [`<gmd:code>${text('Gauss-Boaga')}</gmd:code>`, 'Gauss-Boaga'],
  ])('the system %s', (code, expected) => {
    const system = `<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier><gmd:RS_Identifier>${code}</gmd:RS_Identifier></gmd:referenceSystemIdentifier></gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>`;
    expect(propertiesOf({ root: ID + system }).crs).toEqual([expected]);
  });
});

test('keywords: of every group, with their translations, the topics and the places', () => {
  const identification =
    `<gmd:descriptiveKeywords><gmd:MD_Keywords><gmd:keyword>${text('Wehre')}${free(['EN', 'Weirs'])}</gmd:keyword><gmd:keyword gco:nilReason="missing"/><gmd:thesaurusName><gmd:CI_Citation><gmd:title>${text('GEMET')}</gmd:title></gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>` +
    `<gmd:topicCategory><gmd:MD_TopicCategoryCode>inlandWaters</gmd:MD_TopicCategoryCode></gmd:topicCategory>` +
    `<gmd:extent><gmd:EX_Extent><gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier><gmd:MD_Identifier><gmd:code>${text('Wendlemere')}</gmd:code></gmd:MD_Identifier></gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement></gmd:EX_Extent></gmd:extent>`;
  expect(propertiesOf({ identification }).keywords).toEqual(['Wehre', 'Weirs', 'inlandWaters', 'Wendlemere']);
});

describe('contacts', () => {
  const party = (role: string, more = ''): string =>
    `<gmd:CI_ResponsibleParty><gmd:individualName>${text('Maud')}</gmd:individualName><gmd:organisationName>${text('County')}</gmd:organisationName>` +
    `<gmd:contactInfo><gmd:CI_Contact><gmd:phone><gmd:CI_Telephone><gmd:voice>${text('+1')}</gmd:voice><gmd:facsimile>${text('+2')}</gmd:facsimile></gmd:CI_Telephone></gmd:phone><gmd:address><gmd:CI_Address><gmd:electronicMailAddress>${text('a@b.example; c@d.example')}</gmd:electronicMailAddress></gmd:CI_Address></gmd:address>` +
    `<gmd:onlineResource><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://county.example/</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></gmd:onlineResource></gmd:CI_Contact></gmd:contactInfo>${more}<gmd:role><gmd:CI_RoleCode codeListValue="${role}"/></gmd:role></gmd:CI_ResponsibleParty>`;

  test('one party with its roles, wherever it is named', () => {
    const distribution = `<gmd:distributionInfo><gmd:MD_Distribution><gmd:distributor><gmd:MD_Distributor><gmd:distributorContact>${party('distributor')}</gmd:distributorContact></gmd:MD_Distributor></gmd:distributor></gmd:MD_Distribution></gmd:distributionInfo>`;
    const { contacts } = propertiesOf({
      root: `${ID}<gmd:contact>${party('pointOfContact')}</gmd:contact>${distribution}`,
      identification: `<gmd:pointOfContact>${party('owner')}</gmd:pointOfContact>`,
      citation: `<gmd:citedResponsibleParty>${party('author')}</gmd:citedResponsibleParty>`,
    });
    expect(contacts).toEqual([
      {
        name: 'Maud',
        organization: 'County',
        emails: ['a@b.example', 'c@d.example'],
        phones: ['+1'],
        roles: ['owner', 'author', 'pointOfContact', 'distributor'],
        links: [{ href: 'https://county.example/', rel: 'about' }],
      },
    ]);
  });

  test('a party that is kept elsewhere is a link to it', () => {
    const elsewhere =
      '<gmd:contact xlink:href="https://county.example/contacts/7" xlink:title="County"/><gmd:contact/>';
    expect(propertiesOf({ root: ID + elsewhere }).contacts).toEqual([
      { organization: 'County', links: [{ href: 'https://county.example/contacts/7', rel: 'about' }] },
    ]);
  });

  test('ISO 19115-3: the people of an organisation, and people without one', () => {
    const name = (value: string): string => `<cit:name>${text(value)}</cit:name>`;
    const mail = (value: string): string =>
      `<cit:contactInfo><cit:CI_Contact><cit:phone><cit:CI_Telephone><cit:number>${text('+3')}</cit:number><cit:numberType><cit:CI_TelephoneTypeCode codeListValue="facsimile"/></cit:numberType></cit:CI_Telephone></cit:phone><cit:address><cit:CI_Address><cit:electronicMailAddress>${text(value)}</cit:electronicMailAddress></cit:CI_Address></cit:address></cit:CI_Contact></cit:contactInfo>`;
    const role = '<cit:role><cit:CI_RoleCode codeListValue="custodian"/></cit:role>';
    const organisation = `<cit:CI_Organisation>${name('County')}${mail('county@a.example')}<cit:individual><cit:CI_Individual>${name('Maud')}${mail('maud@a.example')}</cit:CI_Individual></cit:individual></cit:CI_Organisation>`;
    const person = `<cit:CI_Individual>${name('Tobias')}</cit:CI_Individual>`;
    const contact = `<mdb:contact><cit:CI_Responsibility>${role}<cit:party>${organisation}</cit:party><cit:party>${person}</cit:party></cit:CI_Responsibility></mdb:contact>`;
    expect(propertiesOf({ root: ID + contact }).contacts).toEqual([
      {
        name: 'Maud',
        organization: 'County',
        emails: ['maud@a.example', 'county@a.example'],
        roles: ['custodian'],
      },
      { name: 'Tobias', roles: ['custodian'] },
    ]);
  });
});

describe('licence and rights', () => {
  const legal = (inside: string): string =>
    `<gmd:resourceConstraints><gmd:MD_LegalConstraints>${inside}</gmd:MD_LegalConstraints></gmd:resourceConstraints>`;
  const use = (code: string): string =>
    `<gmd:useConstraints><gmd:MD_RestrictionCode codeListValue="${code}"/></gmd:useConstraints>`;
  const other = (inside: string): string => `<gmd:otherConstraints>${inside}</gmd:otherConstraints>`;
  const rightsOf = (inside: string) => {
    const { license, rights } = propertiesOf({ identification: legal(inside) });
    return { license, rights };
  };

  test('the address behind a licence, and its words among the rights', () => {
    const anchor =
      '<gmx:Anchor xlink:href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</gmx:Anchor>';
    expect(rightsOf(use('otherRestrictions') + other(text('Ask first')) + other(anchor))).toEqual({
      license: 'https://creativecommons.org/licenses/by/4.0/',
      rights: 'Ask first\nCC BY 4.0',
    });
  });

  test('what stands beside the code for a licence is one; codes that mean something alone are rights', () => {
    expect(rightsOf(use('license') + use('copyright') + other(text('County terms')))).toEqual({
      license: 'County terms',
      rights: 'Use constraints: copyright',
    });
  });

  test('what says that there is nothing to say is nothing', () => {
    const limits = `<gmd:useLimitation>${text('None')}</gmd:useLimitation>`;
    expect(rightsOf(limits + use('otherRestrictions'))).toEqual({ license: undefined, rights: undefined });
  });
});

describe('links and formats', () => {
  const online = (inside: string): string =>
    `<gmd:distributionInfo><gmd:MD_Distribution><gmd:distributionFormat><gmd:MD_Format><gmd:name>${text('GeoTIFF')}</gmd:name><gmd:version>${text('1.0')}</gmd:version></gmd:MD_Format></gmd:distributionFormat><gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://a.example/x</gmd:URL></gmd:linkage>${inside}</gmd:CI_OnlineResource></gmd:onLine></gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>`;
  const part = (name: string, value: string): string => `<gmd:${name}>${text(value)}</gmd:${name}>`;

  test.each([
    [
      'a service, with the layer to ask for',
      part('protocol', 'OGC:WMS-1.3.0-http-get-map') +
        part('name', 'weirs') +
        part('description', 'The weirs'),
      { rel: 'service', protocol: 'OGC:WMS-1.3.0-http-get-map', name: 'weirs', title: 'The weirs' },
    ],
    [
      'a download',
      part('protocol', 'WWW:DOWNLOAD-1.0-http--download') + part('name', 'weirs.zip'),
      { rel: 'enclosure', title: 'weirs.zip' },
    ],
    [
      'a download by its function',
      '<gmd:function><gmd:CI_OnLineFunctionCode codeListValue="download"/></gmd:function>',
      { rel: 'enclosure' },
    ],
    [
      'a page',
      part('protocol', 'WWW:LINK-1.0-http--link') +
        part('name', 'Weirs') +
        part('description', 'All about them'),
      { rel: 'related', title: 'Weirs: All about them' },
    ],
    [
      'a file with its type',
      '<gmd:name><gmx:MimeFileType type="image/tiff">w.tif</gmx:MimeFileType></gmd:name>',
      { rel: 'related', type: 'image/tiff', title: 'w.tif' },
    ],
    ['a type for a protocol', part('protocol', 'image/png'), { rel: 'related', type: 'image/png' }],
    ['nothing more', '', { rel: 'related' }],
  ])('%s', (_name, inside, expected) => {
    const { links, properties } = recordOf(gmd({ root: ID + online(inside) }));
    expect(links).toHaveLength(1);
    expect(links[0]).toMatchObject({ href: 'https://a.example/x', ...expected });
    expect(properties.formats).toEqual(['GeoTIFF 1.0']);
  });

  test('the operations of a service, and pictures', () => {
    const service = `<srv:serviceType><gco:LocalName>view</gco:LocalName></srv:serviceType><srv:containsOperations><srv:SV_OperationMetadata><srv:operationName>${text('GetCapabilities')}</srv:operationName><srv:connectPoint><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>https://a.example/wms</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>`;
    const picture = `<gmd:graphicOverview><gmd:MD_BrowseGraphic><gmd:fileName>${text('https://a.example/x.png')}</gmd:fileName></gmd:MD_BrowseGraphic></gmd:graphicOverview><gmd:graphicOverview/>`;
    expect(recordOf(gmd({ identification: service + picture })).links).toEqual([
      { href: 'https://a.example/wms', rel: 'service', title: 'GetCapabilities', protocol: 'view' },
      { href: 'https://a.example/x.png', rel: 'preview' },
    ]);
  });
});
