/** Walks over a remote's listing: asks, reads, halves what cannot be read, leaves out what is not selected. */
import type {
  Asked,
  HarvesterType,
  ListedResource,
  RemoteReply,
  RemoteRequest,
} from '../harvesters/harvester.ts';
import { parsedUrl } from '../harvesters/links.ts';
import { madeByBoth, madeByOf, questionOf, type LedgerView, type Question } from '../ledger/view.ts';
import type { Ports } from '../ports.ts';
import { familyOf, ReeveError, sentenceOf } from '../session/errors.ts';
import type { Limits } from '../session/limits.ts';
import { askingFor } from '../session/politeness.ts';
import type { ListingState, Session } from '../session/session.ts';
import { factsOf, meets } from './filter.ts';
import { withHeld, type LeftOut, type Lister, type Selected } from './selected.ts';
import { newWalk, requestKey, type WalkState } from './walk-state.ts';
import { Walk } from './walk.ts';

type RemotePorts = Pick<Ports, 'remote' | 'log'>;

interface Pass {
  readonly type: HarvesterType;
  readonly limits: Limits;
  /** What an earlier call of discover left, `undefined` at the beginning. */
  readonly kept: unknown;
  readonly view: LedgerView;
}

/** How many resources of a stream are read before somebody looks at the time. */
const STREAMED_AT_ONCE = 500;

export function remoteLister(ports: RemotePorts, session: Session, pass: Pass): Lister {
  return new RemoteLister(ports, session, pass);
}

class RemoteLister implements Lister {
  readonly #ports: RemotePorts;
  readonly #session: Session;
  readonly #pass: Pass;
  readonly #question: Question;
  readonly #walk: Walk;
  readonly #madeBy: string;
  #stream: Iterator<ListedResource> | undefined;
  #leftOut: LeftOut[] = [];

  constructor(ports: RemotePorts, session: Session, pass: Pass) {
    this.#ports = ports;
    this.#session = session;
    this.#pass = pass;
    const { type, view, limits } = pass;
    this.#question = questionOf(session, view, {
      listsChanges: type.listsChanges === true,
      now: session.startedAt,
    });
    const begun = pass.kept as WalkState | undefined;
    this.#madeBy = madeByBoth(begun?.madeBy, madeByOf(session));
    this.#walk = new Walk(begun ?? newWalk(this.#first(this.#question.asked), this.#question.of), limits);
  }

  get listing(): ListingState {
    return this.#walk.listing;
  }

  get state(): WalkState {
    // What of a stream found no place in this wave must be kept: nothing else leads back to it.
    while (this.#stream !== undefined) this.#readStream();
    return { ...this.#walk.state, madeBy: this.#madeBy };
  }

  async next(): Promise<readonly Selected[]> {
    const waiting = this.#select(this.#walk.takeResources());
    if (waiting.length > 0) return waiting;
    if (this.#stream === undefined) await this.#request();
    else this.#readStream();
    return this.#select(this.#walk.takeResources());
  }

  giveBack(resources: readonly Selected[]): void {
    this.#walk.giveBack(resources.map(({ held: _held, ...resource }) => resource));
  }

  takeLeftOut(): readonly LeftOut[] {
    return this.#leftOut.splice(0);
  }

  #first(asked: Asked): RemoteRequest {
    const { url, settings } = this.#session.remote;
    return this.#pass.type.firstListing(url, settings, asked);
  }

  async #request(): Promise<void> {
    const walk = this.#walk;
    const request = walk.takeRequest();
    if (request === undefined) {
      this.#accountForHeld();
      return;
    }
    try {
      const conditional = walk.requestsMade === 1 ? this.#conditional(request) : request;
      const asking = askingFor({ ...this.#session, listing: walk.listing });
      const reply = await this.#ports.remote.fetch(conditional, asking);
      if (walk.requestsMade === 1) this.#noteOrigin(reply);
      if (reply.status === 304 && conditional !== request) walk.endUnchanged();
      else this.#read(request, reply);
    } catch (error) {
      if (familyOf(error) === 'bug') {
        this.#ports.log.error('a listing could not be read', { session: this.#session.id, error });
      }
      this.#breakOff(request, error);
    }
  }

  /**
   * A remote that moved names its pages by its new origin. Following them there lets it do no more than it can do anyway, by redirecting every
   * request; links to any third origin stay refused.
   */
  #noteOrigin(reply: RemoteReply): void {
    const origin = parsedUrl(reply.url)?.origin;
    if (origin !== undefined && origin !== parsedUrl(this.#session.remote.url)?.origin)
      this.#walk.moveTo(origin);
  }

  /** RFC 9110, 13.1: only of the very URL whose answer the validators are. */
  #conditional(request: RemoteRequest): RemoteRequest {
    const { validators } = this.#question;
    if (validators === undefined || validators.url !== request.url || request.method === 'POST')
      return request;
    const { etag, modified } = validators;
    const condition =
      etag === undefined ? { 'if-modified-since': modified ?? '' } : { 'if-none-match': etag };
    return { ...request, headers: { ...request.headers, ...condition } };
  }

  #read(request: RemoteRequest, reply: RemoteReply): void {
    const { type } = this.#pass;
    const { url, settings } = this.#session.remote;
    const page = type.readListing({ url, settings, request }, reply);
    this.#walk.read(page, type.paging);
    this.#stream = page.stream?.[Symbol.iterator]();
    const { etag, 'last-modified': modified } = reply.headers;
    if (etag !== undefined || modified !== undefined) {
      this.#walk.validate({
        url: request.url,
        ...(etag === undefined ? {} : { etag }),
        ...(modified === undefined ? {} : { modified }),
      });
    }
  }

  #readStream(): void {
    const read: ListedResource[] = [];
    try {
      while (read.length < STREAMED_AT_ONCE) {
        const step = this.#stream?.next();
        if (step === undefined || step.done === true) {
          this.#stream = undefined;
          break;
        }
        read.push(step.value);
      }
    } catch (error) {
      this.#stream = undefined;
      this.#walk.stop(`the listing stopped early: ${sentenceOf(error)}`);
    }
    this.#walk.add(read);
  }

  /**
   * What is wrong with the question is asked otherwise, what is wrong with a page is halved, one place of a directory that cannot be listed is
   * stepped over; else the listing ends, for nobody knows the next page.
   */
  #breakOff(request: RemoteRequest, error: unknown): void {
    const walk = this.#walk;
    const { type } = this.#pass;
    const sentence = sentenceOf(error);
    const isOfOneAnswer = error instanceof ReeveError && OF_ONE_ANSWER.includes(error.name);
    const isOfThePage = isOfOneAnswer || (error instanceof ReeveError && isFaultOfPage(error));
    if (isOfThePage && this.#askOtherwise(request, sentence)) return;
    if (isOfThePage && type.paging !== undefined && walk.halve(request, type.paging, sentence)) return;
    if (!walk.hasListed && !walk.hasOthers) walk.stop(`the remote is not available: ${sentence}`);
    else if (walk.hasOthers && isOfOneAnswer) walk.stepOver(sentence);
    else walk.stop(`the listing stopped early: ${sentence}`);
  }

  /** A remote may not know how to tell what changed, or how to filter: it is asked for more, and the rest is judged here. */
  #askOtherwise(request: RemoteRequest, because: string): boolean {
    if (this.#walk.hasListed || this.#walk.requestsMade > 2) return false;
    const { asked } = this.#question;
    const lesser: Asked[] = [asked.filter === undefined ? {} : { filter: asked.filter }, {}];
    const asks = [asked, ...lesser].map((one) => this.#first(one));
    const keys = asks.map(requestKey);
    const at = keys.lastIndexOf(requestKey(request));
    const next =
      at < 0 ? undefined : asks.slice(at + 1).find((_, index) => keys[at + 1 + index] !== keys[at]);
    if (next === undefined) return false;
    this.#walk.beginAgain(next, 'all', `the remote was asked for everything instead: ${because}`);
    return true;
  }

  #select(listed: readonly ListedResource[]): readonly Selected[] {
    const { view, type } = this.#pass;
    const { remote, keeping, kind } = this.#session;
    const { filter } = keeping;
    const selected: Selected[] = [];
    for (const resource of listed) {
      const isSelected = view.isSelected(resource.id);
      const isWanted = filter === undefined || meets(filter, this.#facts(type, remote, resource));
      if (isSelected && isWanted && kind === 'harvesting') {
        selected.push(withHeld(resource, view));
        continue;
      }
      const { id, title } = resource;
      const unselected = !isSelected || !isWanted;
      if (isWanted) this.#leftOut.push({ id, ...(title === undefined ? {} : { title }), unselected });
      this.#walk.leaveOut(1, { accounted: !unselected });
    }
    return selected;
  }

  #facts(type: HarvesterType, { url, settings }: Session['remote'], resource: ListedResource) {
    try {
      return factsOf(type, { url, settings }, resource);
    } catch {
      // Whatever is wrong with what it carries is said when it is harvested; it cannot be judged.
      return resource.facts ?? {};
    }
  }

  /** At the end of a listing of changes: what is held and was not named has not changed, by the remote's own word. */
  #accountForHeld(): void {
    const { listing } = this.#walk;
    if (listing.of !== 'changes' || !listing.complete) return;
    const gone = new Set(this.#walk.state.gone);
    let unchanged = 0;
    for (const id of this.#pass.view.heldIds()) {
      if (!this.#walk.hasSeen(id) && !gone.has(id)) unchanged += 1;
    }
    this.#walk.leaveOut(unchanged, { accounted: true });
  }
}

/** What is wrong with one answer, not with the remote. */
const OF_ONE_ANSWER: readonly string[] = [
  'RemoteTooBig',
  'RemoteTooSlow',
  'RemoteUnreadable',
  'RemoteForbidden',
];

/** Statuses by which servers answer a question that they cannot answer, or a page with one record that they cannot write. */
const STATUSES_OF_THE_PAGE: ReadonlySet<number> = new Set([400, 413, 414, 422, 500, 501]);

function isFaultOfPage({ name, status }: ReeveError): boolean {
  return name === 'RemoteException' || (status !== undefined && STATUSES_OF_THE_PAGE.has(status));
}
