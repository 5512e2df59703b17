/** Ledgers on S3, for the API: the client of S3 is loaded with the first question that is about resources, which few are. */
import type { Ledgers } from '../ports.ts';
import type { Adapter } from './world.ts';

export const ledgers: Adapter<'ledgers'> = (environment, ambient) => {
  let loading: Promise<Ledgers> | undefined;
  const opened = (): Promise<Ledgers> =>
    (loading ??= import('./records.ts').then(({ records }) => records(environment, ambient)));
  return {
    put: async (key, bytes) => (await opened()).put(key, bytes),
    read: async (key) => (await opened()).read(key),
    removeAll: async (prefix) => (await opened()).removeAll(prefix),
  };
};
