/** Secrets in a map, for tests and simulation. */
import type { Secrets } from '../../ports.ts';
import { ReeveError } from '../../session/errors.ts';

export function memorySecrets(secrets: ReadonlyMap<string, string>): Secrets {
  return {
    read: (reference) => {
      const text = secrets.get(reference);
      return text === undefined
        ? Promise.reject(new ReeveError('SettingsInvalid', `There is no secret ${reference}`))
        : Promise.resolve(text);
    },
  };
}
