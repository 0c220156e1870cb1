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

/** Every route is throttled, whoever calls it. */
const throttled = { 429: refusal('More requests of this route than the region accepts. Repeat it later.') };

/** What API Gateway answers before any function, by authorization and status. */
const refusals: Readonly<Record<Authorization, Readonly<Record<string, Refusal>>>> = {
  none: throttled,
  iam: {
    ...throttled,
    403: refusal('The request is not signed, or not by somebody whom IAM lets call this route.'),
  },
  token: {
    ...throttled,
    401: refusal(
      'There is no token, or none that is valid now, of an issuer and for an audience of the stage.',
    ),
    403: refusal('The token is refused, or has none of the scopes that the stage asks for on this route.'),
  },
};

/**
 * Adds API Gateway's own answers to those of a route's function, by status. Where both have one, a caller gets the content
 * of either, and cannot count on the headers that functions send.
 */
export function withRefusals(answers: Json, authorization: Authorization): Json {
  const added = Object.entries(refusals[authorization]).map(([status, { description, content }]) => {
    const { description: own, content: ownContent } = Object(answers[status]);
    if (own === undefined) return [status, { description, content }];
    return [status, { description: `${description}\n\n${own}`, content: { ...content, ...ownContent } }];
  });
  return { ...answers, ...Object.fromEntries(added) };
}

/** An answer of API Gateway's own: no problem document, and not every common header. */
interface Refusal {
  readonly description: string;
  readonly content: Json;
}

function refusal(description: string): Refusal {
  const schema = { type: 'object', properties: { message: { type: 'string' } } };
  return { description, content: { 'application/json': { schema } } };
}
