/** `Promise.withResolvers` for Node 20: the interpreter of the state machine needs it. Nothing happens where the platform has it. */

function withResolvers<T>(): PromiseWithResolvers<T> {
  let settle: Parameters<ConstructorParameters<typeof Promise<T>>[0]> | undefined;
  const promise = new Promise<T>((...functions) => (settle = functions));
  if (settle === undefined) throw new TypeError('A promise did not call its executor');
  return { promise, resolve: settle[0], reject: settle[1] };
}

if (!('withResolvers' in Promise)) Object.assign(Promise, { withResolvers });
