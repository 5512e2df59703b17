/** In place of the SDK's default credentials inside a Lambda's bundle: those of its role, which Lambda puts into the environment. */
import { fromEnv } from '@aws-sdk/credential-provider-env';

export const defaultProvider = () => fromEnv();
