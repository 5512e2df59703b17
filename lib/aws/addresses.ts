/** Which remotes a deployed stack may ask: what its policy says, judged by the guard of every fetch; and which secrets may be named for them. */
import type { Addresses } from '../ports.ts';
import { judgedUrl, type AddressRules } from '../remote/address.ts';
import { remotePolicy } from '../remote/policy.ts';
import { shownReference } from '../session/credentials.ts';
import { sentenceOf } from '../session/errors.ts';
import type { Adapter } from './world.ts';

export const addresses: Adapter<'addresses'> = ({ REEVE_REMOTE_POLICY, REEVE_SECRETS_PREFIX }) =>
  createAddresses(remotePolicy(JSON.parse(REEVE_REMOTE_POLICY)), REEVE_SECRETS_PREFIX);

/** @param secretsPrefix that the names of secrets have, such as `reeve/` */
export function createAddresses(rules: AddressRules, secretsPrefix: string): Addresses {
  return {
    refusalOf: (url) => {
      try {
        judgedUrl(url, rules);
        return undefined;
      } catch (error) {
        return sentenceOf(error);
      }
    },
    refusalOfSecret: (reference) =>
      shownReference(reference).startsWith(`secret:${secretsPrefix}`)
        ? undefined
        : `allowed is secret:NAME, or the ARN, of a secret of Secrets Manager whose name begins with ${secretsPrefix}`,
  };
}
