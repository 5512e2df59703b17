// Reads the capabilities of a WFS 1.0.0, 1.1.0 or 2.0 into a service and its feature types.
import type { RemoteReply } from '../harvester.ts';
import {
  at,
  childOf,
  childrenOf,
  readXml,
  textOf,
  walk,
  type XmlElement,
  type XmlTag,
  type XmlVisitor,
} from '../xml.ts';

const EXPECTATION = { asked: 'the capabilities', roots: ['WFS_Capabilities'] };
/** What is taken whole: of OGC 04-094 and 09-025r2 by OWS Common, and `Service` and `Capability` of WFS 1.0.0. */
const PARTS: ReadonlySet<string> = new Set([
  'ServiceIdentification',
  'ServiceProvider',
  'OperationsMetadata',
  'Service',
  'Capability',
]);

export interface WfsCapabilities {
  readonly root: XmlTag;
  readonly version: string;
  readonly identification: XmlElement | undefined;
  readonly provider: XmlElement | undefined;
  /** Where features are got, as the remote advertises it. */
  readonly featuresUrl: string | undefined;
  /** The formats of features, for types that have none of their own. */
  readonly formats: readonly string[];
  readonly language: string | undefined;
  readonly featureTypes: readonly XmlElement[];
  /** The document has a list of feature types at all, be it empty. */
  readonly hasList: boolean;
  readonly warnings: readonly string[];
  readonly damaged: boolean;
}

/** @throws as `readXml` */
export function readWfsCapabilities(reply: RemoteReply): WfsCapabilities {
  const parts = new Map<string, XmlElement>();
  const featureTypes: XmlElement[] = [];
  let hasList = false;
  let cutTypes = 0;
  const visitor: XmlVisitor = {
    open(tag, path) {
      if (path.length === 0) return 'enter';
      if (path.length === 1 && tag.name === 'FeatureTypeList') hasList = true;
      if (path.length === 1)
        return tag.name === 'FeatureTypeList' ? 'enter' : PARTS.has(tag.name) ? 'whole' : 'skip';
      return tag.name === 'FeatureType' ? 'whole' : 'skip';
    },
    whole(element, path, cut) {
      if (path.at(-1) === 'FeatureTypeList') {
        featureTypes.push(element);
        if (cut) cutTypes += 1;
      } else if (!parts.has(element.name)) parts.set(element.name, element);
    },
  };
  const { root, warnings, damaged } = readXml(reply, EXPECTATION, visitor);
  const operation = operationOf(parts);
  return {
    root,
    version: root.attributes['version']?.trim() ?? '1.1.0',
    identification: parts.get('ServiceIdentification') ?? parts.get('Service'),
    provider: parts.get('ServiceProvider'),
    featuresUrl: addressOf(operation),
    formats: formatsOf(operation),
    language: languageOf(parts.get('OperationsMetadata')),
    featureTypes,
    hasList,
    warnings:
      cutTypes === 0
        ? warnings
        : [...warnings, `${cutTypes} feature types were longer than is read, and cut`],
    damaged,
  };
}

/** Only who the service says it is. @throws as `readXml` */
export function readWfsTitle(reply: RemoteReply): string | undefined {
  let title: string | undefined;
  readXml(reply, EXPECTATION, {
    open: (tag, path) =>
      path.length === 0
        ? 'enter'
        : /^Service(Identification)?$/.test(tag.name) && path.length === 1
          ? 'whole'
          : 'skip',
    whole: (element) => void (title ??= textOf(childOf(element, 'Title'))),
  });
  return title;
}

/** GetFeature, as OWS Common describes an operation, or WFS 1.0.0. */
function operationOf(parts: ReadonlyMap<string, XmlElement>): XmlElement | undefined {
  const operations = childrenOf(parts.get('OperationsMetadata'), 'Operation');
  const named = operations.find(({ attributes }) => attributes['name']?.toLowerCase() === 'getfeature');
  return named ?? at(parts.get('Capability'), 'Request', 'GetFeature');
}

/** A server may name several; the first with an address counts. */
function addressOf(operation: XmlElement | undefined): string | undefined {
  for (const platform of [...childrenOf(operation, 'DCP'), ...childrenOf(operation, 'DCPType')]) {
    for (const get of childrenOf(childOf(platform, 'HTTP'), 'Get')) {
      const href = get.attributes['href'] ?? get.attributes['onlineResource'];
      if (href !== undefined && href.trim() !== '') return href;
    }
  }
  return undefined;
}

/** The values of `outputFormat`; in WFS 1.0.0 the names of the elements of `ResultFormat`. */
function formatsOf(operation: XmlElement | undefined): string[] {
  const parameter = childrenOf(operation, 'Parameter').find(
    ({ attributes }) => attributes['name']?.toLowerCase() === 'outputformat',
  );
  const values = parameter === undefined ? [] : [...walk(parameter)].filter(({ name }) => name === 'Value');
  const old = childOf(operation, 'ResultFormat')?.children.map(({ name }) => name) ?? [];
  return [...values.flatMap((value) => textOf(value) ?? []), ...old];
}

/** The language in which an INSPIRE service answers (Technical Guidance for Download Services, "ResponseLanguage"). */
function languageOf(operations: XmlElement | undefined): string | undefined {
  const extended = childOf(operations, 'ExtendedCapabilities');
  const response =
    extended === undefined ? undefined : [...walk(extended)].find(({ name }) => name === 'ResponseLanguage');
  return textOf(childOf(response, 'Language'));
}
