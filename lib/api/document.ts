/** The OpenAPI document as it is served: the committed one, which a test holds against the contract. Writing it takes more of zod than a Lambda shall carry. */
import document from '../../openapi.json' with { type: 'json' };

export const OPEN_API = document;
