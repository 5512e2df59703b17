/** The API of a folder, asked in this process: what `serve` would answer there, without a server. */
import { answerRequest, type ApiPorts } from '../api/app.ts';
import type { HttpAnswer, HttpRequest } from '../api/http.ts';
import { ReeveError } from '../session/errors.ts';
import { readAnswer, requestOf, type Api } from './api.ts';
import type { Context } from './context.ts';
import { createRemotes } from './remotes.ts';
import { openToLook, openToWork } from './world.ts';

export interface OpenedApi {
  readonly api: Api;
  close(): Promise<void>;
}

const SECRETS_ALLOWED =
  'a folder keeps no credentials for serve to use; allowed are --credentials of harvest, and those of the settings file of serve';
const LOOK_MILLIS_MAX = 30_000;

/**
 * Also while another process works in the folder; what changes something is refused.
 * @throws as `openToLook`
 */
export async function openFolderToLook(context: Context): Promise<OpenedApi> {
  const guest = await openToLook(context);
  const refuse = (): Promise<never> =>
    Promise.reject(new ReeveError('InvariantBroken', 'Who only looks at a folder changes nothing'));
  const ports: ApiPorts = {
    ...guest.ports,
    checks: { arm: refuse, disarm: refuse },
    schedules: { set: refuse, remove: refuse },
    ledgers: { read: (key) => guest.ports.records.read(key), put: refuse, removeAll: refuse },
    chance: { token: () => 'nobody' },
    remote: { fetch: refuse },
    addresses: { refusalOf: () => undefined, refusalOfSecret: () => undefined },
    log: context.log,
  };
  const call = { limits: context.limits, timeLeftMillis: () => LOOK_MILLIS_MAX };
  return {
    api: apiOf(context, (request) => answerRequest(request, { ports, call, start: refuse })),
    close: () => guest.close(),
  };
}

/** @throws Conflict when another process works in the folder, FolderUnusable */
export async function openFolderToWork(context: Context, doing: string): Promise<OpenedApi> {
  const remotes = createRemotes({ ...context, policy: {} });
  try {
    const world = await openToWork(context, {
      remote: remotes.typedOverApi,
      addresses: { refusalOf: (url) => remotes.refusalOf(url), refusalOfSecret: () => SECRETS_ALLOWED },
      doing,
    });
    return {
      api: apiOf(context, (request) => world.api(request)),
      close: async () => {
        await world.close();
        await remotes.close();
      },
    };
  } catch (error) {
    await remotes.close();
    if (!(error instanceof ReeveError && error.name === 'Conflict')) throw error;
    throw new ReeveError(
      'Conflict',
      `${error.message}; if it is serve, ask it: --api <the URL that it logs>`,
      {
        cause: error,
      },
    );
  }
}

function apiOf({ folder }: Context, answer: (request: HttpRequest) => Promise<HttpAnswer>): Api {
  const where = `The folder ${folder}`;
  return {
    where,
    ask: async (operation, schema, asked = {}) => {
      const { method, path, query, headers, body } = requestOf(operation, asked);
      const said = await answer({
        method,
        path,
        query: query.toString(),
        headers,
        body: { base64: Buffer.from(body).toString('base64') },
      });
      return readAnswer(
        schema,
        { status: said.statusCode, text: said.body, tag: said.headers['etag'] },
        where,
      );
    },
  };
}
