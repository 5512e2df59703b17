// The people and organisations of a record: CI_ResponsibleParty (ISO 19115:2003, B.3.2.1) and CI_Responsibility (ISO 19115-1, B.3.2.2).
import type { RecordContact, RecordLink } from '../record.ts';
import { present } from '../record-parts.ts';
import { childOf, childrenOf, type XmlElement } from '../xml.ts';
import { codeIn, heldIn, hrefOf, isWebAddress, wordsIn } from './words.ts';

/** Each party once, with all of the roles it has: mostly one has three. */
export function contactsOf(properties: readonly XmlElement[]): RecordContact[] {
  const parties = new Map<string, { contact: RecordContact; roles: Set<string> }>();
  for (const property of properties) {
    for (const { roles = [], ...contact } of partiesIn(property)) {
      const key = JSON.stringify(contact);
      const known = parties.get(key) ?? { contact, roles: new Set<string>() };
      for (const role of roles) known.roles.add(role);
      parties.set(key, known);
    }
  }
  return [...parties.values()].map(({ contact, roles }) =>
    roles.size === 0 ? contact : { ...contact, roles: [...roles] },
  );
}

function partiesIn(property: XmlElement): readonly RecordContact[] {
  if (property.children.length === 0) return referredParty(property);
  return property.children.flatMap((held) => {
    if (held.name === 'CI_Responsibility') return responsibility(held);
    return [responsibleParty(held)];
  });
}

/** A party that is kept elsewhere: `<gmd:contact xlink:href="https://..." xlink:title="County"/>`. */
function referredParty(property: XmlElement): readonly RecordContact[] {
  const href = hrefOf(property);
  const title = property.attributes['title']?.trim();
  if (href === undefined || !isWebAddress(href)) return [];
  return [
    {
      ...(title === undefined || title === '' ? {} : { organization: title }),
      links: [{ href, rel: 'about' }],
    },
  ];
}

function responsibleParty(party: XmlElement): RecordContact {
  const role = codeIn(childOf(party, 'role'));
  return present<RecordContact>({
    name: wordsIn(childOf(party, 'individualName')),
    organization: wordsIn(childOf(party, 'organisationName')),
    position: wordsIn(childOf(party, 'positionName')),
    ...waysToReach(heldIn(party, 'contactInfo')),
    roles: role === undefined ? undefined : [role],
  });
}

/** A responsibility may have several parties; an organisation names its people, each of whom is a contact of their own. */
function responsibility(held: XmlElement): readonly RecordContact[] {
  const role = codeIn(childOf(held, 'role'));
  const roles = role === undefined ? undefined : [role];
  return heldIn(held, 'party').flatMap((party) => {
    const ways = waysToReach(heldIn(party, 'contactInfo'));
    if (party.name === 'CI_Individual')
      return [present<RecordContact>({ ...individual(party), organization: undefined, ...ways, roles })];
    const organization = wordsIn(childOf(party, 'name'));
    const people = heldIn(party, 'individual').map((person) => ({
      ...individual(person),
      own: waysToReach(heldIn(person, 'contactInfo')),
    }));
    if (people.length === 0)
      return [present<RecordContact>({ name: undefined, organization, position: undefined, ...ways, roles })];
    return people.map(({ name, position, own }) =>
      present<RecordContact>({ name, position, organization, ...bothWays(own, ways), roles }),
    );
  });
}

function individual(person: XmlElement): Pick<Required<Ways & Who>, 'name' | 'position'> {
  return {
    name: wordsIn(childOf(person, 'name')),
    position: wordsIn(childOf(person, 'positionName')),
  };
}

interface Who {
  readonly name: string | undefined;
  readonly position: string | undefined;
}

interface Ways {
  readonly emails: readonly string[] | undefined;
  readonly phones: readonly string[] | undefined;
  readonly links: readonly RecordLink[] | undefined;
}

function waysToReach(infos: readonly XmlElement[]): Ways {
  const phones = infos.flatMap((info) => heldIn(info, 'phone')).flatMap(numbersOf);
  const emails = infos
    .flatMap((info) => heldIn(info, 'address'))
    .flatMap((address) => childrenOf(address, 'electronicMailAddress'))
    .flatMap((property) => wordsIn(property)?.split(/[\s,;]+/) ?? []);
  const links = infos.flatMap((info) => heldIn(info, 'onlineResource')).flatMap(siteOf);
  return { emails: orNone(emails), phones: orNone(phones), links: orNone(links) };
}

/** `voice` in 2003; `number` with a type since: what is a fax is left out, it reaches nobody any more. */
function numbersOf(phone: XmlElement): string[] {
  if (/^(fax|facsimile)$/i.test(codeIn(childOf(phone, 'numberType')) ?? '')) return [];
  return [...childrenOf(phone, 'voice'), ...childrenOf(phone, 'number')].flatMap(
    (number) => wordsIn(number) ?? [],
  );
}

function siteOf(resource: XmlElement): RecordLink[] {
  const href = wordsIn(childOf(resource, 'linkage'));
  if (href === undefined) return [];
  const title = wordsIn(childOf(resource, 'name')) ?? wordsIn(childOf(resource, 'description'));
  return [{ href, rel: 'about', ...(title === undefined ? {} : { title }) }];
}

function bothWays(own: Ways, ways: Ways): Ways {
  const joined = <T>(one: readonly T[] | undefined, other: readonly T[] | undefined) =>
    orNone([...(one ?? []), ...(other ?? [])]);
  return {
    emails: joined(own.emails, ways.emails),
    phones: joined(own.phones, ways.phones),
    links: joined(own.links, ways.links),
  };
}

function orNone<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}
