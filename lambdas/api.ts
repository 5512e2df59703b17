/** api: the HTTP API. One request, one answer; whatever goes wrong is an answer too. */
import { answerRequest, API_USES } from '../lib/api/app.ts';
import { HttpRequest, type HttpAnswer } from '../lib/api/http.ts';
import { defineHandler, parseInput, type Call } from '../lib/handler.ts';
import type { Ports } from '../lib/ports.ts';
import { ReeveError } from '../lib/session/errors.ts';
import { start } from './start.ts';

/** What the routes use, and what `start` does, which runs in here: a caller waits for one Lambda, not for two. */
const USES = [...new Set([...API_USES, ...start.uses])];
type ApiPorts = Pick<Ports, (typeof USES)[number]>;

export const api = defineHandler({
  name: 'api',
  input: HttpRequest,
  uses: USES,
  run: (request: HttpRequest, ports: ApiPorts, call: Call): Promise<HttpAnswer> =>
    answerRequest(request, {
      ports,
      call,
      start: async (asked) => {
        const said = await start.run(parseInput('start', start.input, asked), ports, call);
        if (said.outcome !== 'not scheduled') return said;
        throw new ReeveError('InvariantBroken', 'A start that no schedule caused was taken for one');
      },
    }),
});
