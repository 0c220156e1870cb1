import type { IncomingMessage } from 'node:http';
import { readBody } from '../read-body.ts';
import { type GatewayErrorName, type GatewayResponse, gatewayError } from './gateway-response.ts';
import type {
  HttpRoute,
  JwtAuthorizerDefinition,
  LambdaAuthorizerDefinition,
} from './http-api-definition.ts';
import { BODY_BYTES_MAX, type HttpRequest } from './http-request.ts';
import type { IamAuthorizer } from './iam-authorizer.ts';
import { type JwtAuthorizer, TokenRefusal } from './jwt-authorizer.ts';
import type { LambdaAuthorizer } from './lambda-authorizer.ts';
import type { EventAuthorizer, HttpApiEvent } from './payload-v2.ts';
import { IamRefusal } from './signature-claim.ts';

/** Whether a request may go on. */
export type Authorization =
  | {
      readonly kind: 'granted';
      /** Who asks, where the route wants to know. */
      readonly authorizer?: EventAuthorizer;
      /** The body, where it had to be read already. */
      readonly body?: Buffer;
    }
  | {
      readonly kind: 'refused';
      readonly response: GatewayResponse;
      /** Why, for the log. */
      readonly reason?: string;
    };

/** Everybody who decides whether a request may go on. */
export interface Authorizers {
  readonly iam: IamAuthorizer;
  readonly jwt: JwtAuthorizer;
  readonly lambda: LambdaAuthorizer;
}

/** What is asked for, and who decides. */
export interface AuthorizeOptions {
  readonly route: HttpRoute;
  readonly authorizers: Authorizers;
  /** The event of the request without its body, for a function that decides. */
  readonly event: () => HttpApiEvent;
}

/**
 * Authorizes a request as its route asks. A body is read only for a request of a key that exists, and never more of it
 * than the API takes.
 *
 * @throws {BodyTooLargeError}
 * @throws {ClientGoneError}
 */
export async function authorizeRequest(
  incoming: IncomingMessage,
  request: HttpRequest,
  { route, authorizers, event }: AuthorizeOptions,
): Promise<Authorization> {
  const { authorizationType, authorizer } = route;
  if (authorizationType === 'NONE') return { kind: 'granted' };
  if (authorizationType === 'AWS_IAM') return authorizeByIam(incoming, request, authorizers.iam);
  if (authorizationType === 'JWT' && authorizer?.kind === 'jwt')
    return authorizeByToken(request, { route, authorizer, jwt: authorizers.jwt });
  if (authorizationType === 'CUSTOM' && authorizer?.kind === 'lambda')
    return authorizeByFunction(request, { route, authorizer, lambda: authorizers.lambda, event });
  return { kind: 'refused', response: notEmulated(route) };
}

async function authorizeByIam(
  incoming: IncomingMessage,
  request: HttpRequest,
  iam: IamAuthorizer,
): Promise<Authorization> {
  try {
    const prechecked = iam.precheck(request, incoming.headersDistinct);
    const body = await readBody(incoming, BODY_BYTES_MAX);
    return { kind: 'granted', authorizer: { iam: await prechecked.verify(body) }, body };
  } catch (error) {
    if (!(error instanceof IamRefusal)) throw error;
    return { kind: 'refused', response: gatewayError('forbidden'), reason: error.message };
  }
}

async function authorizeByToken(
  request: HttpRequest,
  { route, authorizer, jwt }: { route: HttpRoute; authorizer: JwtAuthorizerDefinition; jwt: JwtAuthorizer },
): Promise<Authorization> {
  const { routeKey, authorizationScopes: scopes = [] } = route;
  try {
    return {
      kind: 'granted',
      authorizer: { jwt: await jwt.authorize(authorizer, { request, routeKey, scopes }) },
    };
  } catch (error) {
    if (!(error instanceof TokenRefusal)) throw error;
    const { status, message } = error;
    const [name, code] =
      status === 401
        ? (['unauthorized', 'invalid_token'] as const)
        : (['forbidden', 'insufficient_scope'] as const);
    const challenge = `Bearer scope="${scopes.join(' ')}" error="${code}" error_description="${message}"`;
    return refused(name, `${code}: ${message}`, { 'www-authenticate': challenge });
  }
}

async function authorizeByFunction(
  request: HttpRequest,
  {
    route,
    authorizer,
    lambda,
    event,
  }: Pick<AuthorizeOptions, 'route' | 'event'> & {
    authorizer: LambdaAuthorizerDefinition;
    lambda: LambdaAuthorizer;
  },
): Promise<Authorization> {
  const decision = await lambda.decide(authorizer, { request, routeKey: route.routeKey, event });
  switch (decision.kind) {
    case 'allowed':
      return { kind: 'granted', authorizer: { lambda: decision.context } };
    case 'denied':
      return refused('forbidden', 'the authorizer does not allow it');
    case 'unidentified':
      return refused('unauthorized', 'the request lacks what the authorizer goes by');
    case 'failed':
      return refused('authorizerFailure', decision.reason);
  }
}

function refused(
  name: GatewayErrorName,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Authorization {
  const response = gatewayError(name);
  return { kind: 'refused', response: { ...response, headers: { ...response.headers, ...headers } }, reason };
}

function notEmulated({ routeKey, authorizationType }: HttpRoute): GatewayResponse {
  const message = `Route "${routeKey}" needs authorization ${authorizationType}, which is not emulated here. Call it on AWS.`;
  return gatewayError('notEmulated', { message });
}
