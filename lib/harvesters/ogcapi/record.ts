// A record of OGC API - Records (OGC 20-004r1, clause 8, and the drafts before it) as the draft of one of ours.
import type { JsonObject } from '../../json.ts';
import { at, listAt, textAt } from '../json-fields.ts';
import type { RecordDraft } from '../record.ts';
import { extentBox, featureBox, recordInterval } from './extent.ts';
import { associationLinks, linksIn, recordLinks } from './links.ts';
import { peopleIn } from './people.ts';
import { formatsIn, identifiersIn, keywordsIn, languageIn, licenceOf } from './words.ts';

/** The id of a record or feature within its collection; drafts had it among the properties. */
export function featureId(feature: JsonObject): string | undefined {
  return (
    textAt(feature, 'id') ??
    textAt(feature, 'properties', 'identifier') ??
    textAt(feature, 'properties', 'id')
  );
}

/** @param base the URL that answered, against which links are relative */
export function recordDraft(feature: JsonObject, { id, base }: { id: string; base: string }): RecordDraft {
  const properties = at(feature, 'properties');
  const own = featureId(feature);
  const links = [...linksIn(feature), ...linksIn(properties)];
  const extent = extentBox(at(properties, 'extent'));
  const templates = listAt(feature, 'linkTemplates').length;
  return {
    id,
    base,
    type: textAt(properties, 'type') ?? 'dataset',
    title: textAt(properties, 'title') ?? textAt(properties, 'name'),
    description: textAt(properties, 'description') ?? textAt(properties, 'abstract'),
    keywords: keywordsIn(properties),
    language: languageIn(properties),
    created:
      textAt(properties, 'created') ??
      textAt(properties, 'recordCreated') ??
      textAt(properties, 'record-created'),
    updated: updatedOf(feature),
    bbox: featureBox(feature) ?? extent.bbox,
    interval: recordInterval(feature),
    contacts: peopleIn(properties),
    ...licenceOf(properties, links),
    formats: formatsIn(properties),
    crs: [],
    externalIds: [...(own === undefined || own === id ? [] : [{ value: own }]), ...identifiersIn(properties)],
    links: [...recordLinks(links), ...associationLinks(properties)],
    notes: [
      ...extent.notes,
      ...(templates === 0 ? [] : ['its link templates, which are no links, were left out']),
    ],
  };
}

export function updatedOf(feature: JsonObject): string | undefined {
  const properties = at(feature, 'properties');
  return (
    textAt(properties, 'updated') ??
    textAt(properties, 'recordUpdated') ??
    textAt(properties, 'record-updated')
  );
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/** A date of change as a version: only an instant, since a day may see two changes. */
export function versionOf(updated: string | undefined): { version: string } | undefined {
  return updated !== undefined && INSTANT.test(updated) && updated.length <= 40
    ? { version: updated }
    : undefined;
}
