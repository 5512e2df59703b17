/** Which remotes a deployed stack may ask: what its policy says, judged by the guard of every fetch. */
import type { Addresses } from '../ports.ts';
import { judgedUrl, type AddressRules } from '../remote/address.ts';
import { remotePolicy } from '../remote/policy.ts';
import { sentenceOf } from '../session/errors.ts';
import type { Adapter } from './world.ts';

export const addresses: Adapter<'addresses'> = ({ REEVE_REMOTE_POLICY: policy }) =>
  createAddresses(remotePolicy(JSON.parse(policy)));

export function createAddresses(rules: AddressRules): Addresses {
  return {
    refusalOf: (url) => {
      try {
        judgedUrl(url, rules);
        return undefined;
      } catch (error) {
        return sentenceOf(error);
      }
    },
  };
}
