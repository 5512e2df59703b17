/** How a harvester's remote knows us, as far as it may be written down: what kind of credentials, and where the secret lies. */

/**
 * Where a secret lies, never the secret itself: `env:NAME` or `file:/path` in the embedded mode; on AWS `secret:NAME`, or the ARN of a secret,
 * of Secrets Manager.
 */
export type SecretReference = string;

/** Where a key or a token goes in a request. */
export type SentIn = 'header' | 'query';

/** Kept in the harvester and copied into its sessions; lib/remote alone reads the secret, and sends it to the remote's own origin alone. */
export type CredentialsReference =
  /** RFC 7617; the secret is `user:password`, or JSON with `username` and `password`. */
  | { readonly kind: 'basic'; readonly secret: SecretReference }
  /** RFC 6750, in the header. */
  | { readonly kind: 'bearer'; readonly secret: SecretReference }
  /** A key in the header or the query parameter `name`. */
  | {
      readonly kind: 'api-key';
      readonly secret: SecretReference;
      readonly in: SentIn;
      readonly name: string;
    }
  /** A token that somebody made: in the header `X-Esri-Authorization` or the query parameter `token`. */
  | { readonly kind: 'arcgis-token'; readonly secret: SecretReference; readonly in: SentIn }
  /** User and password, as for `basic`, for which `tokenUrl` gives tokens that expire. */
  | {
      readonly kind: 'arcgis-login';
      readonly secret: SecretReference;
      readonly in: SentIn;
      /** Without it the one that belongs to the remote's services directory. */
      readonly tokenUrl?: string;
    };

/** The reference as it may be told: of an ARN only the name, for the account is nobody's business. */
export function shownReference(reference: SecretReference): string {
  const name = /^arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:(.*)$/.exec(reference)?.[1];
  return name === undefined ? reference : `secret:${name}`;
}
