/** `probe` over the API: the address is judged, and every request goes through the guarded fetch. */
import { probeRemote } from '../probing.ts';
import { remoteUrl } from '../settings/url.ts';
import type { Operations } from './app.ts';
import { badRequest } from './problem.ts';
import { urlView } from './views.ts';

/** What is left to answer in, when the remote uses up all the time there is. */
const SPARE_MILLIS = 2_000;

export const probeOperations: Operations<'probe'> = {
  async probe({ body }, { ports, call }) {
    const refusal = ports.addresses.refusalOf(body.url);
    if (refusal !== undefined) throw badRequest([`body: url: ${refusal}`]);
    const url = remoteUrl(body.url);
    const { type, title, verdicts } = await probeRemote(ports.remote, url, {
      timeLeftMillis: () => call.timeLeftMillis() - SPARE_MILLIS,
    });
    return {
      status: 200,
      body: { url: urlView(url), type: type ?? null, title: title ?? null, verdicts: [...verdicts] },
    };
  },
};
