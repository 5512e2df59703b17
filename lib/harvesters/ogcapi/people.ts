// Who stands behind a resource: contacts of OGC API - Records (OGC 20-004r1, table 12) and its drafts, providers of STAC.
import type { JsonObject } from '../../json.ts';
import { at, type Found, isObject, manyAt, textAt } from '../json-fields.ts';
import type { RecordContact } from '../record.ts';
import { present } from '../record-parts.ts';
import { linksIn, recordLinks } from './links.ts';

/** Contacts, publishers and providers of one object, in whatever keys it has. */
export function peopleIn(json: Found): RecordContact[] {
  return [
    ...manyAt(json, 'contacts').flatMap((contact) => contactOf(contact)),
    ...manyAt(json, 'contactPoint').flatMap((contact) => contactOf(contact, 'pointOfContact')),
    ...manyAt(json, 'publisher').flatMap((contact) => contactOf(contact, 'publisher')),
    ...manyAt(json, 'providers').flatMap((provider) => providerOf(provider)),
  ];
}

function contactOf(contact: Found, role?: string): RecordContact[] {
  if (!isObject(contact)) return textContact(contact, role);
  const roles = [...valuesAt(contact, 'roles'), ...valuesAt(contact, 'role')];
  const links = recordLinks(linksIn(contact)).flatMap(({ href, ...link }) =>
    href === undefined ? [] : [{ ...link, href }],
  );
  const url = textAt(contact, 'url');
  return [
    present<RecordContact>({
      name: textAt(contact, 'name') ?? textAt(contact, 'individualName'),
      organization:
        textAt(contact, 'organization') ??
        textAt(contact, 'organisation') ??
        textAt(contact, 'organizationName'),
      position: textAt(contact, 'position') ?? textAt(contact, 'positionName'),
      emails: some([
        ...valuesAt(contact, 'emails'),
        ...valuesAt(contact, 'email'),
        ...valuesAt(at(contact, 'contactInfo'), 'email'),
      ]),
      phones: some([...valuesAt(contact, 'phones'), ...valuesAt(contact, 'phone')]),
      roles: some(roles.length === 0 && role !== undefined ? [role] : roles),
      links: some([...links, ...(url === undefined ? [] : [{ href: url, rel: 'about' }])]),
    }),
  ];
}

function providerOf(provider: Found): RecordContact[] {
  if (!isObject(provider)) return textContact(provider, 'provider');
  // A provider of STAC is an organization: its `name` says so.
  return contactOf({
    ...provider,
    organization: textAt(provider, 'organization') ?? textAt(provider, 'name') ?? null,
    name: null,
  });
}

/** `Team Geo, geo-informatie@zaanstad.nl, Gemeente Zaanstad` */
function textContact(contact: Found, role: string | undefined): RecordContact[] {
  const text = textAt(contact);
  if (text === undefined) return [];
  const parts = text.split(/[,;]/).map((part) => part.trim());
  const emails = parts.filter((part) => /^\S+@\S+\.\S+$/.test(part));
  const words = parts.filter((part) => part !== '' && !emails.includes(part));
  const person = words.length > 1 ? words[0] : undefined;
  return [
    present<RecordContact>({
      name: person,
      organization: words.at(-1),
      position: undefined,
      emails: some(emails),
      phones: undefined,
      roles: role === undefined ? undefined : [role],
      links: undefined,
    }),
  ];
}

/** Texts, or objects with a `value` (e-mails, phones) or a `name` (roles of drafts). */
function valuesAt(json: Found, key: string): string[] {
  return manyAt(json, key).flatMap((one) => textAt(one) ?? textAt(one, 'value') ?? textAt(one, 'name') ?? []);
}

function some<T>(list: readonly T[]): readonly T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** As plain JSON, small: what the items of a collection are told of it. */
export function compactPeople(json: Found, most: number): readonly JsonObject[] {
  return manyAt(json, 'providers')
    .slice(0, most)
    .flatMap((one): JsonObject[] => {
      const name = textAt(one, 'name')?.slice(0, 120);
      if (name === undefined) return [];
      const roles = valuesAt(one, 'roles').slice(0, 4);
      const url = textAt(one, 'url')?.slice(0, 200);
      return [{ name, ...(roles.length === 0 ? {} : { roles }), ...(url === undefined ? {} : { url }) }];
    });
}
