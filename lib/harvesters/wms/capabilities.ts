// Reads a capabilities document, WMS 1.0.0 to 1.3.0, into a service and the layers of its tree.
import type { RemoteReply } from '../harvester.ts';
import {
  childOf,
  childrenOf,
  readXml,
  textOf,
  type XmlElement,
  type XmlTag,
  type XmlVisitor,
} from '../xml.ts';
import { hrefOf, type Layer, newLayer, TAKES } from './layer.ts';

const EXPECTATION = { asked: 'the capabilities', roots: ['WMS_Capabilities', 'WMT_MS_Capabilities'] };
export interface Capabilities {
  readonly root: XmlTag;
  /** As the remote gives it, whatever was asked for. */
  readonly version: string;
  readonly service: XmlElement | undefined;
  /** Where a map is got, as the remote advertises it. */
  readonly mapUrl: string | undefined;
  /** In the order of the document, so that every layer comes after the one it lies in. */
  readonly layers: readonly Layer[];
  readonly warnings: readonly string[];
  readonly damaged: boolean;
}

/** @throws as `readXml` */
export function readCapabilities(reply: RemoteReply, maxStoredCrs: number): Capabilities {
  const visitor = new CapabilitiesVisitor(maxStoredCrs);
  const { root, warnings, damaged } = readXml(reply, EXPECTATION, visitor);
  const { service, request, layers } = visitor;
  return { root, version: versionOf(root), service, mapUrl: mapUrlOf(request), layers, warnings, damaged };
}

/** Only who the service says it is; the whole document is gone through, nothing else is built. @throws as `readXml` */
export function readService(reply: RemoteReply): XmlElement | undefined {
  let service: XmlElement | undefined;
  readXml(reply, EXPECTATION, {
    open: (tag, path) => (path.length === 0 ? 'enter' : tag.name === 'Service' ? 'whole' : 'skip'),
    whole: (element) => void (service ??= element),
  });
  return service;
}

class CapabilitiesVisitor implements XmlVisitor {
  service: XmlElement | undefined;
  request: XmlElement | undefined;
  readonly layers: Layer[] = [];
  /** The layers that are open, the outermost first. */
  readonly #open: Layer[] = [];
  readonly #maxStoredCrs: number;
  #isVersion13 = true;

  constructor(maxStoredCrs: number) {
    this.#maxStoredCrs = maxStoredCrs;
  }

  open(tag: XmlTag, path: readonly string[]): 'enter' | 'whole' | 'skip' {
    if (path.length === 0) {
      this.#isVersion13 = versionOf(tag).startsWith('1.3');
      return 'enter';
    }
    const inside = path.at(-1);
    if (tag.name === 'Layer') {
      const layer = newLayer(this.#open.at(-1));
      this.#open.push(layer);
      this.layers.push(layer);
      return 'enter';
    }
    if (inside === 'Layer') return TAKES.has(tag.name) ? 'whole' : 'skip';
    if (tag.name === 'Service' || tag.name === 'Request') return 'whole';
    return tag.name === 'Capability' ? 'enter' : 'skip';
  }

  whole(element: XmlElement, path: readonly string[], cut: boolean): void {
    if (path.at(-1) === 'Layer') {
      const layer = this.#open.at(-1);
      const context = { isVersion13: this.#isVersion13, maxStoredCrs: this.#maxStoredCrs, cut };
      if (layer !== undefined) TAKES.get(element.name)?.(layer, element, context);
    } else if (element.name === 'Service') this.service ??= element;
    else this.request ??= element;
  }

  close(name: string): void {
    if (name === 'Layer') this.#open.pop();
  }
}

/** 1.3.0 has a root of its own; a missing version is that of the root. */
function versionOf({ name, attributes }: XmlTag): string {
  const version = attributes['version']?.trim() ?? '';
  if (version !== '') return version;
  return name === 'WMS_Capabilities' ? '1.3.0' : '1.1.1';
}

/** `GetMap/DCPType/HTTP/Get`; in 1.0.0 the request is called `Map`. A server may name several; the first with an address counts. */
function mapUrlOf(request: XmlElement | undefined): string | undefined {
  const map = childOf(request, 'GetMap') ?? childOf(request, 'Map');
  for (const platform of childrenOf(map, 'DCPType')) {
    for (const get of childrenOf(childOf(platform, 'HTTP'), 'Get')) {
      const href = hrefOf(get);
      if (href !== undefined) return href;
    }
  }
  return undefined;
}

/** The title of a service; its name is only ever `WMS`. */
export function titleOf(service: XmlElement | undefined): string | undefined {
  return textOf(childOf(service, 'Title'));
}
