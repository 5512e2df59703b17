/** The record store in a map. */
import type { Records } from '../../ports.ts';
import { byKey, pageOf } from './pages.ts';

export function memoryRecords(records: Map<string, Uint8Array>, pageSize: number): Records {
  return {
    put: (key, bytes) => {
      records.set(key, new Uint8Array(bytes));
      return Promise.resolve();
    },
    read: (key) => {
      const bytes = records.get(key);
      return Promise.resolve(bytes && new Uint8Array(bytes));
    },
    copy: (from, to) => {
      const bytes = records.get(from);
      if (bytes === undefined) return Promise.resolve('missing');
      records.set(to, bytes);
      return Promise.resolve('copied');
    },
    list: (prefix, cursor) => {
      const names = [...records.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => [key, key] as const);
      return Promise.resolve(pageOf(names.sort(byKey), cursor, pageSize));
    },
    removeAll: (prefix) => {
      for (const key of records.keys()) if (key.startsWith(prefix)) records.delete(key);
      return Promise.resolve();
    },
  };
}
