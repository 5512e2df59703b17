/** Secrets of an installation: in Secrets Manager, under its prefix; the role may read no others. */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Secrets } from '../ports.ts';
import { shownReference } from '../session/credentials.ts';
import { ReeveError } from '../session/errors.ts';
import { clientSettings } from './client.ts';
import { serviceFault } from './faults.ts';

/** What Secrets Manager answers that waiting does not change. */
const LASTING: Readonly<Record<string, string>> = {
  ResourceNotFoundException: 'does not exist',
  AccessDeniedException: 'may not be read by this installation',
  InvalidRequestException: 'is marked for deletion, or may not be read as it is',
  InvalidParameterException: 'is not a name that Secrets Manager knows',
  DecryptionFailure: 'could not be decrypted: its KMS key does not allow it',
};

/**
 * Not cached here: lib/remote keeps what it read for minutes.
 * @param prefix that the names of secrets have, such as `reeve/`
 */
export function createSecrets(prefix: string, given?: Pick<SecretsManagerClient, 'send'>): Secrets {
  // Made when it is needed: most remotes are open to everybody.
  let client = given;
  return {
    read: async (reference) => {
      const shown = shownReference(reference);
      const unusable = (why: string) =>
        new ReeveError(
          'SettingsInvalid',
          `The secret ${shown} ${why}; allowed are secrets of Secrets Manager whose name begins with ${prefix} (setting secretsPrefix)`,
        );
      const name = /^secret:(.+)$/.exec(shown)?.[1];
      // Judged before AWS is asked: which others there are is not told by the way that they are refused.
      if (name === undefined || !name.startsWith(prefix)) throw unusable('is out of reach');
      const SecretId = reference.startsWith('arn:') ? reference : name;
      client ??= new SecretsManagerClient(clientSettings());
      const answer = await client.send(new GetSecretValueCommand({ SecretId })).catch((error: unknown) => {
        const lasting = error instanceof Error ? LASTING[error.name] : undefined;
        // The service's own sentence names account and role.
        throw lasting === undefined ? serviceFault(error, `GetSecretValue of ${shown}`) : unusable(lasting);
      });
      if (answer.SecretString === undefined || answer.SecretString === '') throw unusable('holds no text');
      return answer.SecretString;
    },
  };
}
