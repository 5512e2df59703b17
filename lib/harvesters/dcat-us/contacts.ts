// Whom to ask and who publishes: vCards and organizations of DCAT.
import type { JsonObject } from '../../json.ts';
import { at, type Found, isObject, manyAt, textAt } from '../json-fields.ts';
import type { RecordContact } from '../record.ts';
import { objectsAt, shortNames, textOf, textOrAddress } from './values.ts';

/** Fields of organizations and people, and the roles of ISO 19115 (CI_RoleCode) they stand for. */
const AGENTS = [
  ['publisher', 'publisher'],
  ['creator', 'originator'],
  ['contributor', 'contributor'],
  ['rightsHolder', 'rightsHolder'],
] as const;
/** Government, department, agency, bureau, office: more levels are a circle. */
const LEVELS_MAX = 10;

export function contactsOf(dataset: JsonObject): RecordContact[] {
  const people = manyAt(dataset, 'contactPoint').map(personOf);
  // Before DCAT-US 1.1 the parts lay in the dataset itself.
  const old = textAt(dataset, 'mbox');
  const agents = AGENTS.flatMap(([field, role]) =>
    manyAt(dataset, field).flatMap((agent) => organizationsOf(agent, role)),
  );
  return [...people, ...(old === undefined ? [] : [{ emails: [old], roles: ['pointOfContact'] }]), ...agents];
}

/** A vCard: `fn`, `hasEmail` as a text, an address or a node with a value. */
function personOf(value: Found): RecordContact {
  const roles = ['pointOfContact'];
  if (!isObject(value)) return { name: textAt(value) ?? '', roles };
  const card = shortNames(value);
  const links = [textOrAddress(at(card, 'hasURL')), textOrAddress(at(card, 'hasUrl'))].flatMap((href) =>
    href === undefined ? [] : [{ href, rel: 'about' }],
  );
  return {
    name: textOf(at(card, 'fn')) ?? textOf(at(card, 'name')) ?? '',
    organization: textOf(at(card, 'organization-name')) ?? textOf(at(card, 'hasOrganizationName')) ?? '',
    position: textOf(at(card, 'title')) ?? textOf(at(card, 'hasTitle')) ?? '',
    emails: partsOf(card, ['hasEmail', 'email', 'mbox']),
    phones: partsOf(card, ['hasTelephone', 'tel', 'telephone']).map((phone) => phone.replace(/^tel:/i, '')),
    links,
    roles,
  };
}

function partsOf(card: JsonObject, names: readonly string[]): string[] {
  return names.flatMap((name) =>
    manyAt(card, name).flatMap((part) => {
      if (!isObject(part)) return textAt(part) ?? [];
      const node = shortNames(part);
      return textOrAddress(at(node, 'hasValue')) ?? textOf(node) ?? textAt(node, '@id') ?? [];
    }),
  );
}

/** An organization and, each as a contact of its own, those that it is a part of. */
function organizationsOf(value: Found, role: string): RecordContact[] {
  const contacts: RecordContact[] = [];
  let level = value;
  let its = role;
  while (contacts.length < LEVELS_MAX && level !== undefined) {
    const agent = isObject(level) ? shortNames(level) : level;
    const name =
      textOf(at(agent, 'name')) ?? textOf(at(agent, 'prefLabel')) ?? textAt(agent) ?? textAt(agent, '@id');
    contacts.push({
      organization: name ?? '',
      emails: isObject(agent) ? partsOf(agent, ['mbox', 'email', 'hasEmail']) : [],
      phones: isObject(agent) ? partsOf(agent, ['phone', 'telephone']) : [],
      links: linksOf(agent),
      roles: [its],
    });
    its = 'parentOrganization';
    level = isObject(agent)
      ? (objectsAt(agent, 'subOrganizationOf')[0] ?? textAt(agent, 'subOrganizationOf'))
      : undefined;
  }
  return contacts;
}

function linksOf(agent: Found): { href: string; rel: string }[] {
  const href = textOrAddress(at(agent, 'homepage'));
  return href === undefined ? [] : [{ href, rel: 'about' }];
}
