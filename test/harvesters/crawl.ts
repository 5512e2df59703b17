// Walks a harvester type over a map of answers with the walk that sessions use, and reads what was listed.
import type {
  HarvesterType,
  ListedResource,
  Reading,
  RemoteReply,
  RemoteRequest,
} from '../../lib/harvesters/harvester.ts';
import { Walk } from '../../lib/listing/walk.ts';
import { newWalk } from '../../lib/listing/walk-state.ts';
import { DEFAULT_LIMITS } from '../../lib/session/limits.ts';
import type { ListingState } from '../../lib/session/session.ts';

export interface Crawl {
  readonly resources: readonly ListedResource[];
  readonly readings: readonly Reading[];
  readonly listing: ListingState;
  /** The URLs asked for, in order, without fragments: those of the listing, then those of the resources. */
  readonly asked: readonly string[];
}

/** @param answer the remote: a request's reply */
export function crawl<Settings>(
  type: HarvesterType<Settings>,
  context: { url: string; settings: Settings },
  answer: (request: RemoteRequest) => RemoteReply,
): Crawl {
  const asked: string[] = [];
  const ask = (request: RemoteRequest): RemoteReply => {
    asked.push(request.url.replace(/#.*/, ''));
    return answer(request);
  };
  const walk = new Walk(newWalk(type.firstListing(context.url, context.settings)), DEFAULT_LIMITS);
  const resources: ListedResource[] = [];
  for (let request = walk.takeRequest(); request !== undefined; request = walk.takeRequest()) {
    walk.read(type.readListing({ ...context, request }, ask(request)));
    resources.push(...walk.takeResources());
  }
  const readings = resources.map((resource) => {
    const request = type.resourceRequest(context, resource);
    return type.readResource(context, resource, request === undefined ? undefined : ask(request));
  });
  return { resources, readings, listing: walk.listing, asked };
}
