import { servedRoutes } from '../contract/served-routes.ts';
import type { TokenSettings, TokenVerdict } from './verify-token.ts';

/** What is read of the event of a Lambda authorizer, payload format 2.0. */
export interface TokenAuthorizerEvent {
  readonly routeKey?: string;
  /** Values of the authorizer's identity sources, the Authorization header first. */
  readonly identitySource?: readonly string[];
}

/** A simple response; `context` is handed to the route's function. */
export interface TokenAuthorizerResult {
  readonly isAuthorized: boolean;
  readonly context?: Readonly<Record<string, string>>;
}

/** A Lambda authorizer with simple responses, payload format 2.0. */
export type TokenAuthorizer = (event: TokenAuthorizerEvent) => Promise<TokenAuthorizerResult>;

/** What the authorizer works with. */
export interface TokenAuthorizerOptions {
  readonly settings: TokenSettings;
  readonly verify: (token: string) => Promise<TokenVerdict>;
}

/**
 * Makes the handler that lets tokens in. API Gateway keeps its answer for minutes, so it only gives one that is true for as
 * long: where an issuer does not answer, a key may be new or a token's time is to come it throws, which is a 500 that is kept
 * nowhere and that a client takes elsewhere.
 *
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function createTokenAuthorizer({ settings, verify }: TokenAuthorizerOptions): TokenAuthorizer {
  const wanted = new Map<string, readonly string[]>(
    servedRoutes.flatMap((route) =>
      route.authorization === 'token'
        ? [[`${route.method} ${route.path}`, settings.scopes[route.scope]] as const]
        : [],
    ),
  );
  const known = new Set(servedRoutes.map(({ method, path }) => `${method} ${path}`));
  // What a team defines is not known here. Its routes read by GET and HEAD.
  const scopesOfDefined = (routeKey: string) => {
    const [method = '', path] = routeKey.split(' ');
    if (path === undefined || known.has(routeKey)) return undefined;
    return settings.scopes[method === 'GET' || method === 'HEAD' ? 'read' : 'write'];
  };
  return async ({ routeKey = '', identitySource: [authorization = ''] = [] }) => {
    const scopes = wanted.get(routeKey) ?? scopesOfDefined(routeKey);
    // A route of the platform that asks for no token has no authorizer.
    if (scopes === undefined) return { isAuthorized: false };
    const verdict = await verify(authorization.replace(/^Bearer +/i, ''));
    if (verdict.kind === 'refused') return { isAuthorized: false };
    if (scopes.length > 0 && !verdict.scopes.some((each) => scopes.includes(each)))
      return { isAuthorized: false };
    return { isAuthorized: true, context: { issuer: verdict.issuer, subject: verdict.subject } };
  };
}
