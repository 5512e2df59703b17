// What of a CSW's capabilities decides how it is asked (CSW 2.0.2, 10.4; CSW 3.0, 7.1): versions, schemas, queryables, and what it calls itself.
import { ReeveError } from '../../session/errors.ts';
import type { RemoteReply } from '../harvester.ts';
import { shownUrl } from '../links.ts';
import { childOf, childrenOf, readXml, textOf, walk, type XmlElement } from '../xml.ts';
import {
  CSW_NAMESPACES,
  CSW_VERSIONS,
  type CswSettings,
  type CswVersion,
  type Plan,
  SCHEMAS,
} from './plan.ts';

export interface CswCapabilities {
  readonly version: string;
  readonly title: string | undefined;
  readonly schemas: readonly string[];
  readonly typeNames: readonly string[];
  readonly queryables: readonly string[];
  /** By which methods GetRecords is offered; both where nothing is said. */
  readonly get: boolean;
  readonly post: boolean;
}

/** @throws as `readXml`; RemoteUnreadable when they are those of another service */
export function readCapabilities(reply: RemoteReply): CswCapabilities {
  let operations: XmlElement | undefined;
  let service: XmlElement | undefined;
  const { root } = readXml(
    reply,
    { asked: 'the capabilities', roots: ['Capabilities'] },
    {
      open: (tag, path) => {
        if (path.length === 0) return 'enter';
        return tag.name === 'OperationsMetadata' || tag.name === 'ServiceIdentification' ? 'whole' : 'skip';
      },
      whole: (element) => {
        if (element.name === 'OperationsMetadata') operations ??= element;
        else service ??= element;
      },
    },
  );
  const getRecords = childrenOf(operations, 'Operation').find(
    ({ attributes }) => attributes['name'] === 'GetRecords',
  );
  if (getRecords === undefined)
    throw new ReeveError(
      'RemoteUnreadable',
      `${shownUrl(reply.url)} answered with capabilities that offer no GetRecords: they are those of another service`,
    );
  const http = [...walk(getRecords)].filter(({ name }) => name === 'HTTP');
  const offers = (method: string): boolean => http.some((one) => childOf(one, method) !== undefined);
  const says = offers('Get') || offers('Post');
  return {
    version: root.attributes['version']?.trim() ?? '',
    title: textOf(childOf(service, 'Title')),
    schemas: valuesOf(getRecords, operations, 'outputschema'),
    typeNames: valuesOf(getRecords, operations, 'typenames'),
    queryables: childrenOf(getRecords, 'Constraint').flatMap(valuesIn),
    get: !says || offers('Get'),
    post: !says || offers('Post'),
  };
}

/** `Parameter` of an operation, or of all of them. */
function valuesOf(operation: XmlElement, all: XmlElement | undefined, name: string): string[] {
  for (const place of [operation, all]) {
    const found = childrenOf(place, 'Parameter').filter(
      ({ attributes }) => attributes['name']?.toLowerCase() === name,
    );
    if (found.length > 0) return found.flatMap(valuesIn);
  }
  return [];
}

function valuesIn(domain: XmlElement): string[] {
  return [...walk(domain)].filter(({ name }) => name === 'Value').flatMap((value) => textOf(value) ?? []);
}

type Settled = Pick<Plan, 'version' | 'schema' | 'typeNames' | 'identifier' | 'modified' | 'get' | 'post'>;

/** How the server is asked, by the settings and, where they leave it open, by its capabilities. */
export function settled(settings: CswSettings, capabilities?: CswCapabilities): Settled {
  const version = versionOf(settings, capabilities);
  const offered = capabilities?.schemas ?? [];
  const schema = schemaOf(settings, version, offered);
  const known = Object.values(SCHEMAS).find(({ uri }) => sameSchema(uri, schema));
  const isIso = known !== undefined;
  const names = capabilities?.typeNames ?? [];
  const fitting = isIso ? names.find((name) => localName(name) === localName(known.typeName)) : undefined;
  const unsaid = isIso && !names.some((name) => localName(name) === 'Record') ? known.typeName : 'csw:Record';
  const typeNames = settings.typeNames ?? fitting ?? unsaid;
  const queryables = capabilities?.queryables ?? [];
  const ofIso = /MD_Metadata|MI_Metadata/.test(typeNames);
  const { method } = settings;
  return {
    version,
    schema,
    typeNames,
    identifier: queryable(
      queryables,
      ofIso ? ['apiso:Identifier', 'Identifier'] : ['dc:identifier', 'Identifier'],
    ),
    modified: queryable(queryables, ofIso ? ['apiso:Modified', 'Modified'] : ['dct:modified', 'Modified']),
    get: method === 'auto' ? (capabilities?.get ?? true) : method === 'get',
    post: method === 'auto' ? (capabilities?.post ?? true) : method === 'post',
  };
}

function versionOf(settings: CswSettings, capabilities: CswCapabilities | undefined): CswVersion {
  if (settings.version !== 'auto') return settings.version;
  return CSW_VERSIONS.find((version) => version === capabilities?.version) ?? '2.0.2';
}

function schemaOf({ schema }: CswSettings, version: CswVersion, offered: readonly string[]): string {
  const dublinCore = CSW_NAMESPACES[version];
  if (schema === 'dublin-core') return dublinCore;
  if (schema === 'gmd' || schema === 'mdb' || schema === 'gmi')
    return offered.find((uri) => sameSchema(uri, SCHEMAS[schema].uri)) ?? SCHEMAS[schema].uri;
  if (schema !== 'auto') return schema;
  for (const { uri } of Object.values(SCHEMAS)) {
    const found = offered.find((one) => sameSchema(one, uri));
    if (found !== undefined) return found;
  }
  return dublinCore;
}

/** Servers name the edition of ISO 19115-3 that they follow, and some write a slash at the end. */
function sameSchema(one: string, other: string): boolean {
  const plain = (uri: string): string =>
    uri
      .trim()
      .replace(/\/$/, '')
      .replace(/(\/mdb)\/[\d.]+$/, '$1');
  return plain(one) === plain(other);
}

/** As the server spells it; unless it says, the first of the names. */
function queryable(offered: readonly string[], names: readonly [string, string]): string {
  return names.find((name) => offered.includes(name)) ?? names[0];
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}
