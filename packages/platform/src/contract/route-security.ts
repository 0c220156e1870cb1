import type { Authorization } from './routes.ts';

type Json = Record<string, unknown>;

/**
 * How a request is signed. The document's vocabulary has no such scheme: API Gateway describes it as an API key in the
 * header that carries the signature, and names the real one beside it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
 */
const signatureScheme: Json = {
  type: 'apiKey',
  name: 'authorization',
  in: 'header',
  'x-amazon-apigateway-authtype': 'awsSigv4',
  description: "AWS Signature Version 4, service execute-api, with the region's own name in the scope.",
};

/** How a token is sent. https://www.rfc-editor.org/rfc/rfc6750 */
const tokenScheme: Json = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'A token of an issuer that the stage trusts. A stage that trusts none asks for none.',
};

/** Both, by the names under which {@link security} asks for them: components of the document. */
export const securitySchemes: Json = { sigv4: signatureScheme, token: tokenScheme };

/**
 * What a route asks of its caller, by its authorization. The empty requirement says that a route may be called without any:
 * a stage need not trust an issuer.
 */
export const security: Readonly<Record<Authorization, readonly Json[]>> = {
  none: [],
  iam: [{ sigv4: [] }],
  token: [{}, { token: [] }],
};

/** An answer of API Gateway's own: no problem document, and not every common header. */
export interface Refusal {
  /** Of its component. */
  readonly name: string;
  readonly description: string;
  readonly content: Json;
}

/** Every route is throttled, whoever calls it. */
const throttled = refusal('throttled', {
  description: 'More requests of this route than the region accepts. Repeat it later.',
  message: 'Too Many Requests',
});

/** What API Gateway answers before any function, by authorization and status. */
const refusals: Readonly<Record<Authorization, Readonly<Record<string, Refusal>>>> = {
  none: { 429: throttled },
  iam: {
    429: throttled,
    403: refusal('not-signed', {
      description: 'The request is not signed, or not by somebody whom IAM lets call this route.',
      message: 'Forbidden',
    }),
  },
  token: {
    429: throttled,
    401: refusal('no-token', {
      description:
        'There is no token, or none that is valid now, of an issuer and for an audience of the stage.',
      message: 'Unauthorized',
    }),
    403: refusal('token-refused', {
      description: 'The token is refused, or has none of the scopes that the stage asks for on this route.',
      message: 'Forbidden',
    }),
  },
};

/** What API Gateway itself answers to requests of a route before its function is asked, by status. */
export function refusalsOf(authorization: Authorization): Readonly<Record<string, Refusal>> {
  return refusals[authorization];
}

function refusal(
  name: string,
  { description, message }: { readonly description: string; readonly message: string },
): Refusal {
  const schema = { type: 'object', properties: { message: { type: 'string' } } };
  return { name, description, content: { 'application/json': { schema, example: { message } } } };
}
