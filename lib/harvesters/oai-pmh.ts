/**
 * The harvester type `oai-pmh`: repositories of the Open Archives Initiative Protocol for Metadata Harvesting 2.0, with records of ISO 19139,
 * ISO 19115-3 or Dublin Core (`oai_dc`).
 *
 * `ListRecords` carries whole records, so that a record costs no request of its own. Resources carry no version: datestamps are often days,
 * and some repositories take them from the record instead of from its last change.
 */
import * as z from 'zod/mini';
import { ReeveError } from '../session/errors.ts';
import type {
  Asked,
  HarvesterType,
  ListedResource,
  Listing,
  ProbeVerdict,
  Reading,
  RemoteReply,
  RemoteRequest,
} from './harvester.ts';
import { textAt } from './json-fields.ts';
import { isListed, readListed } from './listed.ts';
import { fromOf, oaiUrl, type Plan, planOf, requestOf, sinceOf } from './oai-pmh/plan.ts';
import { type OaiRecords, readElements, readRecords, refusal } from './oai-pmh/reply.ts';
import { oneLine } from './plain-text.ts';
import { RECORD_LIMITS } from './record-parts.ts';
import { verdictOf } from './reply.ts';
import { childOf, textOf, type XmlElement } from './xml.ts';

export const OaiSettings = z.strictObject({
  /** `auto` takes the richest that Reeve reads of those that the repository offers. */
  metadataPrefix: z._default(z.string().check(z.regex(/^[\w.!~*'()-]{1,100}$/)), 'auto'),
  /** Only the records of one set, by its setSpec. */
  set: z.optional(z.string().check(z.minLength(1), z.maxLength(500))),
});
export type OaiSettings = z.infer<typeof OaiSettings>;

/** How often a list is begun again after its token has expired. */
const RESTARTS_MAX = 10;

export const oaiPmh: HarvesterType<OaiSettings> = {
  type: 'oai-pmh',
  describes:
    'OAI-PMH 2.0 repositories (DSpace, Dataverse, GeoNetwork, pycsw ...): ISO 19139, ISO 19115-3 or Dublin Core',
  settings: OaiSettings,
  listsChanges: true,
  probeRequests: (url) => [{ url: oaiUrl(url, [['verb', 'Identify']]) }],
  readProbe: (_url, reply) => verdictOf(() => readProbe(reply)),
  firstListing: (url, settings, asked) => requestOf(url, firstPlan(settings, asked), settings.set),
  readListing({ url, settings, request }, reply) {
    const plan = planOf(request);
    const goOn = (next: Plan): RemoteRequest[] => [requestOf(url, next, settings.set)];
    if (plan.verb === 'Identify') return { resources: [], next: goOn(afterIdentify(plan, reply)) };
    if (plan.verb === 'ListMetadataFormats') return { resources: [], next: goOn(afterFormats(plan, reply)) };
    return readList(plan, reply, goOn);
  },
  resourceRequest({ url, settings }, resource) {
    if (isListed(resource)) return undefined;
    const prefix =
      textAt(resource.hint, 'prefix') ??
      (settings.metadataPrefix === 'auto' ? 'oai_dc' : settings.metadataPrefix);
    return {
      url: oaiUrl(url, [
        ['verb', 'GetRecord'],
        ['metadataPrefix', prefix],
        ['identifier', resource.id],
      ]),
    };
  },
  readResource: (_context, resource, reply) => readResource(resource, reply),
};

function readProbe(reply: RemoteReply): ProbeVerdict {
  const { elements, errors } = readElements(reply, 'the question who it is');
  const named = elements.find(({ name }) => name === 'repositoryName');
  const isRepository = elements.some(({ name }) => name === 'protocolVersion' || name === 'baseURL');
  if (!isRepository) throw refusal(reply, 'the question who it is', errors);
  const title = oneLine(textOf(named) ?? '', RECORD_LIMITS.titleCharsMax).text;
  return title === '' ? { match: true } : { match: true, title };
}

/** Only what is needed is asked before the list: the granularity for what changed, the formats where none is set. */
function firstPlan({ metadataPrefix }: OaiSettings, asked: Asked | undefined): Plan {
  const sinceAt = sinceOf(asked);
  const plan: Plan = {
    verb: 'ListRecords',
    resends: false,
    ordered: true,
    deleted: 0,
    restarts: 0,
    ...(metadataPrefix === 'auto' ? {} : { prefix: metadataPrefix }),
    ...(sinceAt === undefined ? {} : { sinceAt }),
  };
  return sinceAt === undefined ? withFormat(plan) : { ...plan, verb: 'Identify' };
}

function withFormat(plan: Plan): Plan {
  return { ...plan, verb: plan.prefix === undefined ? 'ListMetadataFormats' : 'ListRecords' };
}

/** Without a granularity that can be read, days are what every repository must know (3.3.1). */
function afterIdentify(plan: Plan, reply: RemoteReply): Plan {
  const { elements, errors } = readElements(reply, 'the question who it is');
  if (errors.length > 0) throw refusal(reply, 'the question who it is', errors);
  const granularity = textOf(elements.find(({ name }) => name === 'granularity'));
  return withFormat({ ...plan, from: fromOf(plan.sinceAt ?? 0, granularity) });
}

/** By the namespace of the metadata, since prefixes are names that repositories make up; `oai_dc` is there always (3.4). */
const WANTED = [
  /www\.isotc211\.org\/2005\/gmd\/?$/,
  /standards\.iso\.org\/iso\/19115\/-3\/mdb/,
  /www\.isotc211\.org\/2005\/gmi\/?$/,
];

function afterFormats(plan: Plan, reply: RemoteReply): Plan {
  const { elements, errors } = readElements(reply, 'its formats');
  if (errors.length > 0) throw refusal(reply, 'its formats', errors);
  const formats = elements.map((format: XmlElement) => ({
    prefix: textOf(childOf(format, 'metadataPrefix')) ?? '',
    namespace: textOf(childOf(format, 'metadataNamespace')) ?? '',
  }));
  const found = WANTED.map((wanted) =>
    formats.find(({ prefix, namespace }) => prefix !== '' && wanted.test(namespace)),
  ).find((format) => format !== undefined);
  return { ...plan, verb: 'ListRecords', prefix: found?.prefix ?? 'oai_dc' };
}

type GoOn = (plan: Plan) => RemoteRequest[];

function readList(plan: Plan, reply: RemoteReply, goOn: GoOn): Listing {
  const page = readRecords(reply, 'the listing', plan.prefix ?? 'oai_dc');
  const [error] = page.errors;
  if (error !== undefined) return afterError(plan, page, { reply, goOn });
  const deleted = plan.deleted + page.gone.length;
  const { token = '' } = page;
  const next: Plan = { ...plan, deleted, ...stamped(plan, page.datestamps), token };
  const found = {
    resources: page.resources,
    gone: page.gone,
    ...(page.damaged ? { incomplete: true } : {}),
  };
  if (token !== '' && token === plan.token) return stuck(page, found, token);
  const isEmpty = page.resources.length + page.gone.length === 0;
  const ends = token === '' || isEmpty;
  // The size counts deleted records too, and those of a list that was begun again are not all.
  const size = ends && plan.restarts === 0 ? page.completeListSize : undefined;
  return {
    ...found,
    next: ends ? [] : goOn(next),
    ...(size === undefined ? {} : { matched: Math.max(size - deleted, 0) }),
    warnings: page.warnings,
  };
}

function stuck(page: OaiRecords, found: Omit<Listing, 'next'>, token: string): Listing {
  const shown = JSON.stringify(oneLine(token, 60).text);
  return {
    ...found,
    next: [],
    incomplete: true,
    warnings: [
      `the repository gave the resumption token ${shown} again, so its list has no end`,
      ...page.warnings,
    ],
  };
}

/** Whether datestamps only grow, and the last of them: from where a list can be begun again. */
function stamped(plan: Plan, datestamps: readonly string[]): Pick<Plan, 'last' | 'ordered'> {
  let { last, ordered } = plan;
  for (const datestamp of datestamps) {
    if (last !== undefined && datestamp < last) ordered = false;
    if (last === undefined || datestamp > last) last = datestamp;
  }
  return { ordered, ...(last === undefined ? {} : { last }) };
}

interface Answered {
  readonly reply: RemoteReply;
  readonly goOn: GoOn;
}

function afterError(plan: Plan, page: OaiRecords, { reply, goOn }: Answered): Listing {
  const is = (code: string): boolean => page.errors.some((error) => error.code === code);
  // Nothing has changed, or the repository is empty: never a reason to delete, which an empty listing is refused for.
  if (is('noRecordsMatch'))
    return {
      resources: [],
      next: [],
      ...(plan.restarts === 0 && plan.token === undefined ? { matched: 0 } : {}),
    };
  if (plan.token === undefined) throw refusal(reply, 'the listing', page.errors);
  if (is('badArgument') && !plan.resends) return { resources: [], next: goOn({ ...plan, resends: true }) };
  if (!is('badResumptionToken')) throw refusal(reply, 'the listing', page.errors);
  return restarted(plan, page, { reply, goOn });
}

/**
 * The token has expired (3.5.1). The list is begun again at the last datestamp that was seen, inclusive, where datestamps came in order;
 * else from its beginning, since anything may come behind. What comes twice is dropped by its id.
 */
function restarted(plan: Plan, page: OaiRecords, { reply, goOn }: Answered): Listing {
  const { ordered, last, restarts, from } = plan;
  const stands = ordered && last !== undefined && last === from;
  if (restarts >= RESTARTS_MAX || stands || (!ordered && restarts > 0))
    throw refusal(reply, 'the listing', page.errors);
  const { token: _expired, ...rest } = plan;
  const again: Plan = {
    ...rest,
    restarts: restarts + 1,
    ...(ordered && last !== undefined ? { from: last } : {}),
  };
  const where = ordered && last !== undefined ? `at ${oneLine(last, 40).text}` : 'from the beginning';
  return {
    resources: [],
    next: goOn(again),
    warnings: [`a resumption token had expired; the list was begun again ${where}`],
  };
}

function readResource(resource: ListedResource, reply: RemoteReply | undefined): Reading {
  if (reply === undefined) return readListed(resource);
  const asked = `the record ${oneLine(resource.id, 60).text}`;
  const page = readRecords(reply, asked, '');
  if (page.errors.some(({ code }) => code === 'idDoesNotExist'))
    return { reading: 'gone', because: 'the repository has no record of that identifier' };
  if (page.errors.length > 0) throw refusal(reply, asked, page.errors);
  if (page.gone.includes(resource.id)) return { reading: 'gone', because: 'the repository has deleted it' };
  const [found] = page.resources;
  if (found === undefined)
    throw new ReeveError('RemoteUnreadable', `the repository answered ${asked} with no record`, {
      status: reply.status,
    });
  if (found.id !== resource.id)
    return {
      reading: 'invalid',
      because: `asked for ${asked}, the repository answered with ${oneLine(found.id, 60).text}`,
    };
  return readListed(found);
}
