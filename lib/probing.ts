/** Finds the harvester type of a URL by asking the remote. */
import { noTypeFound, probePlan, readProbe, unanswered, type ProbeReason } from './harvesters/probe.ts';
import { HARVESTER_TYPES } from './harvesters/index.ts';
import type { Remote } from './ports.ts';
import type { CredentialsReference } from './session/credentials.ts';
import { ReeveError } from './session/errors.ts';

/** What was found out of one type. */
export interface TypeVerdict {
  readonly type: string;
  readonly match: boolean;
  /** Why not, or what the remote calls itself. */
  readonly said: string;
}

export interface ProbeAnswer {
  readonly type: string | undefined;
  readonly title: string | undefined;
  /** Of every type; one that was not asked for after another was found says so. */
  readonly verdicts: readonly TypeVerdict[];
  readonly reasons: readonly ProbeReason[];
}

/** One request with its retries; a remote that needs longer is not one to be harvested without being named. */
const STEP_SECONDS_MAX = 30;
/** Without a connection, or without permission, no further question gets another answer. */
const FINAL: readonly string[] = ['RemoteUnreachable', 'RemoteForbidden'];

/** How a remote is asked, and for how long. */
export interface Asking {
  readonly signal?: AbortSignal;
  readonly credentials?: CredentialsReference | undefined;
  /** Of all requests together; without it each has its own time and no more is said. */
  readonly timeLeftMillis?: () => number;
}

/**
 * Asks one request after the other, at most `PROBE_REQUESTS_MAX`.
 * @throws RemoteUnreachable | RemoteForbidden | InputInvalid when nothing can be asked
 */
export async function probeRemote(
  remote: Remote,
  url: string,
  { signal, credentials, timeLeftMillis = () => Infinity }: Asking,
): Promise<ProbeAnswer> {
  const reasons: ProbeReason[] = [];
  for (const step of probePlan(url)) {
    try {
      const timeSecondsMax = Math.min(STEP_SECONDS_MAX, timeLeftMillis() / 1_000);
      if (timeSecondsMax <= 0)
        throw new ReeveError('RemoteTooSlow', 'no time was left to ask: the remote had answered too slowly');
      const reply = await remote.fetch(step.request, {
        timeSecondsMax,
        following: url,
        ...(credentials && { credentials }),
        ...(signal && { signal }),
      });
      const probed = readProbe(url, step, reply);
      if (probed.found !== undefined) return answer(probed.found, probed.title, reasons);
      reasons.push(...probed.reasons);
    } catch (error) {
      if (signal?.aborted === true)
        throw new ReeveError('Conflict', 'It was interrupted before a session was opened');
      if (error instanceof ReeveError && FINAL.includes(error.name)) throw error;
      reasons.push(...unanswered(step, error));
    }
  }
  return answer(undefined, undefined, reasons);
}

function answer(
  found: string | undefined,
  title: string | undefined,
  reasons: readonly ProbeReason[],
): ProbeAnswer {
  const verdicts = HARVESTER_TYPES.map(({ type }): TypeVerdict => {
    if (type === found) return { type, match: true, said: title ?? '' };
    const because = reasons.findLast((reason) => reason.type === type)?.because;
    return { type, match: false, said: because ?? `not asked: it is a remote of type ${found ?? 'none'}` };
  });
  return { type: found, title, verdicts, reasons };
}

/**
 * The type of a URL.
 * @throws InputInvalid with the reason of each type when it is none of them; else as `probeRemote`
 */
export async function findType(
  remote: Remote,
  url: string,
  signal: AbortSignal,
  credentials?: CredentialsReference,
): Promise<string> {
  const { type, reasons } = await probeRemote(remote, url, { signal, credentials }).catch(
    (error: unknown) => {
      if (!(error instanceof ReeveError && FINAL.includes(error.name))) throw error;
      const message = `${error.message}; so its harvester type could not be found out, and no session was started (--type names it)`;
      throw new ReeveError(error.name, message, { cause: error });
    },
  );
  if (type === undefined) throw noTypeFound(url, reasons);
  return type;
}
