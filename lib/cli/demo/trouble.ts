/** The two things that go wrong in the demo, put around the real handlers. */
import type { AnyHandler } from '../../handler.ts';
import type { Handlers } from '../../local/embedded/invoke.ts';
import type { Ports, Remote } from '../../ports.ts';

/** What is wrong at the moment, and who is told. */
export interface Trouble {
  /** A part of the URL that workers ask without any limit of time. */
  patientUrl: string | undefined;
  /** Whether the finalizer is killed whenever the workflow calls it. */
  killsFinalizer: boolean;
  tell(line: string): void;
}

export function troubled(handlers: Handlers, trouble: Trouble): Handlers {
  return {
    ...handlers,
    harvest: patientWorker(handlers.harvest, trouble),
    finalize: mortalFinalizer(handlers.finalize, trouble),
  };
}

/** The real worker, but asking one URL with an HTTP client that waits for ever, as many harvesters do. */
function patientWorker(harvest: AnyHandler, trouble: Trouble): AnyHandler {
  return {
    ...harvest,
    invoke: (input, ports, call) =>
      harvest.invoke(input, { ...ports, remote: patient(ports.remote, trouble) }, call),
  };
}

function patient(remote: Ports['remote'], trouble: Trouble): Remote {
  return {
    fetch: async (request, options) => {
      if (trouble.patientUrl === undefined || !request.url.includes(trouble.patientUrl))
        return remote.fetch(request, options);
      trouble.tell(
        `a worker asks for ${new URL(request.url).pathname} and gets no answer: it hangs, and reports nothing of its batch`,
      );
      const response = await fetch(request.url);
      return {
        url: request.url,
        status: response.status,
        headers: {},
        body: new Uint8Array(await response.arrayBuffer()),
      };
    },
  };
}

/** Named as Step Functions names the death of a Lambda, so that the state machine retries as it would there. */
class Killed extends Error {
  override readonly name = 'Runtime.ExitError';
}

function mortalFinalizer(finalize: AnyHandler, trouble: Trouble): AnyHandler {
  let deaths = 0;
  return {
    ...finalize,
    invoke: async (input, ports, call) => {
      if (!trouble.killsFinalizer || (input as { by?: unknown }).by !== 'workflow')
        return finalize.invoke(input, ports, call);
      deaths += 1;
      trouble.tell(`the state machine calls the finalizer, and it is killed at once (death ${deaths})`);
      throw new Killed('killed for the demo');
    },
  };
}
