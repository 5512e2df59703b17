// The people and organizations of a CKAN dataset: its own fields, those of ckanext-dcat, and those that ckanext-spatial takes from ISO 19115.
import { at, type Found, isObject, textAt } from '../json-fields.ts';
import type { RecordContact } from '../record.ts';
import { allTexts, type Fields, inOneLanguage, objectsIn } from './fields.ts';

interface Draft {
  readonly name?: string | undefined;
  readonly organization?: string | undefined;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  readonly url?: string | undefined;
  readonly role: string;
}

/** Roles are those of ISO 19115 (CI_RoleCode), as ckanext-dcat reads the fields: a maintainer is whom to ask. */
export function contactsOf(fields: Fields): RecordContact[] {
  const publishers = [...agentsOf(fields, 'publisher', 'publisher'), ...partiesOf(fields)];
  return [
    organizationOf(fields('organization'), publishers.length === 0 ? 'publisher' : 'owner'),
    ...publishers,
    personOf(fields, 'author', 'author'),
    personOf(fields, 'maintainer', 'pointOfContact'),
    ...agentsOf(fields, 'contact', 'pointOfContact'),
    ...agentsOf(fields, 'creator', 'originator'),
    { name: textAt(fields('contact_point')), role: 'pointOfContact' },
  ].flatMap((draft) => (draft === undefined ? [] : [contactOf(draft)]));
}

function contactOf({ name, organization, email, phone, url, role }: Draft): RecordContact {
  const isAddress = name !== undefined && /^\S+@\S+$/.test(name);
  const emails = [email, isAddress ? name : undefined].filter((text) => text !== undefined);
  return {
    ...(name === undefined || isAddress ? {} : { name }),
    ...(organization === undefined ? {} : { organization }),
    emails,
    ...(phone === undefined ? {} : { phones: [phone] }),
    ...(url === undefined ? {} : { links: [{ href: url, rel: 'about' }] }),
    roles: [role],
  };
}

function organizationOf(organization: Found, role: string): Draft | undefined {
  if (!isObject(organization)) return undefined;
  return {
    organization:
      inOneLanguage(at(organization, 'title')) ??
      inOneLanguage(at(organization, 'title_translated')) ??
      textAt(organization, 'name'),
    email: textAt(organization, 'email'),
    phone: textAt(organization, 'telephone') ?? textAt(organization, 'phone'),
    url: textAt(organization, 'website') ?? textAt(organization, 'url'),
    role,
  };
}

function personOf(fields: Fields, field: string, role: string): Draft {
  return {
    name: inOneLanguage(fields(field)),
    email: allTexts(fields(`${field}_email`))[0],
    phone: textAt(fields(`${field}_phone`)),
    role,
  };
}

/** `publisher_name`, `publisher_email` ... (extras of ckanext-dcat), or a list of objects of the same parts (its schemas since version 2). */
function agentsOf(fields: Fields, field: string, role: string): Draft[] {
  const isOrganization = role === 'publisher';
  const drafts = objectsIn(fields(field)).map((agent): Draft => {
    const name = inOneLanguage(at(agent, 'name')) ?? inOneLanguage(at(agent, 'name_translated'));
    return {
      ...(isOrganization ? { organization: name } : { name }),
      email: textAt(agent, 'email'),
      phone: textAt(agent, 'telephone'),
      url: textAt(agent, 'url') ?? textAt(agent, 'uri'),
      role,
    };
  });
  const name =
    inOneLanguage(fields(`${field}_name`)) ?? (isObject(fields(field)) ? undefined : textAt(fields(field)));
  const own: Draft = {
    ...(isOrganization ? { organization: name } : { name }),
    email: textAt(fields(`${field}_email`)),
    phone: textAt(fields(`${field}_phone`)),
    url: textAt(fields(`${field}_url`)) ?? textAt(fields(`${field}_uri`)),
    role,
  };
  const isThere = [own.name, own.organization, own.email, own.phone, own.url].some(
    (part) => part !== undefined,
  );
  return isThere ? [own, ...drafts] : drafts;
}

/** `responsible-party` of ckanext-spatial: `[{"name": "...", "roles": ["owner"]}]`, or `Geological Survey (distributor); ...` of old sites. */
function partiesOf(fields: Fields): Draft[] {
  const parties = fields('responsible_party');
  const listed = objectsIn(parties).flatMap((party) => {
    const roles = allTexts(at(party, 'roles'));
    return (roles.length === 0 ? ['pointOfContact'] : roles).map((role) => ({
      organization: textAt(party, 'name'),
      role,
    }));
  });
  const written = (textAt(parties) ?? '').split(';').flatMap((party) => {
    const [, organization, role] = /^(.*?)\s*\(([^()]*)\)\s*$/.exec(party.trim()) ?? [];
    return organization === undefined || role === undefined ? [] : [{ organization, role }];
  });
  return [...listed, ...written];
}
