import { Duration } from 'aws-cdk-lib';
import type { IHttpRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { TokenScope } from '../contract/routes.ts';

/** Whose tokens an API takes, and what they must allow. */
export interface TokenSettings {
  /** At least one. */
  readonly issuers: readonly TokenIssuer[];
  /** A token that reads has one of these scopes; none where any token may read. */
  readonly readScopes: readonly string[];
  /** A token that writes has one of these scopes; none where any token may write. */
  readonly writeScopes: readonly string[];
}

/** Who issues tokens, and for whom. */
export interface TokenIssuer {
  /** The claim `iss`, below which OpenID Connect's discovery document is. */
  readonly issuer: string;
  /** What the claim `aud` may be. */
  readonly audiences: readonly string[];
}

/** How an API asks for tokens. */
export interface TokenAuthorizer {
  readonly authorizer: IHttpRouteAuthorizer;
  /** Scopes that API Gateway itself asks for on a route; none where a function does. */
  readonly scopesOf: (scope: TokenScope) => readonly string[];
}

/** Where a token comes from: what RFC 6750 §2.1 prefers, and what API Gateway takes with and without `Bearer`. */
const AUTHORIZATION_HEADER = '$request.header.Authorization';

/**
 * How long API Gateway keeps what the function said of a token. An expired one may be taken so much longer, after the
 * 60 s that the function gives to clocks; what is refused stays refused for so long.
 */
export const RESULT_TTL_SECONDS = 300;

/** Room for the settings among the 4 KB that all environment variables of a function have together. */
const ENVIRONMENT_BYTES_MAX = 3_000;

/**
 * How an API asks for tokens. For one issuer API Gateway does so itself: it keeps the issuer's keys for two hours, so that
 * tokens hold while the issuer's Region is lost. Its authorizer knows no second issuer; for several, a function decides.
 *
 * @param verifier - the function that decides, where there are several issuers
 * @throws where there are several issuers and no such function
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function tokenAuthorizer(tokens: TokenSettings, verifier: IFunction | undefined): TokenAuthorizer {
  const [only, ...others] = tokens.issuers;
  if (only === undefined) {
    throw new Error(
      'Cannot ask for tokens: there is no issuer, at least one is needed. Leave the tokens out',
    );
  }
  if (others.length === 0) {
    const scopes = { read: tokens.readScopes, write: tokens.writeScopes };
    return {
      authorizer: new HttpJwtAuthorizer('Tokens', only.issuer, {
        jwtAudience: [...only.audiences],
        identitySource: [AUTHORIZATION_HEADER],
      }),
      scopesOf: (scope) => scopes[scope],
    };
  }
  if (verifier === undefined) {
    throw new Error(
      `Cannot ask for tokens of ${tokens.issuers.length} issuers: there is no function that verifies them, one is needed. Pass tokenVerifier`,
    );
  }
  return {
    authorizer: new HttpLambdaAuthorizer('Tokens', verifier, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      // API Gateway keeps a result for all routes of the same sources, and what a token may do depends on the route.
      identitySource: [AUTHORIZATION_HEADER, '$context.routeKey'],
      resultsCacheTtl: Duration.seconds(RESULT_TTL_SECONDS),
    }),
    scopesOf: () => [],
  };
}

/**
 * What the function that verifies tokens is told of them; nothing where it has nothing to verify.
 *
 * @throws where that is more than a function can be told
 */
export function tokenEnvironment(tokens: TokenSettings | null): Record<string, string> {
  if (tokens === null || tokens.issuers.length < 2) return {};
  const text = JSON.stringify(tokens);
  const bytes = Buffer.byteLength(text);
  if (bytes <= ENVIRONMENT_BYTES_MAX) return { TOKENS: text };
  throw new Error(
    `Cannot ask for tokens: issuers, audiences and scopes take ${bytes} bytes, at most ${ENVIRONMENT_BYTES_MAX} are needed. Name fewer issuers or audiences`,
  );
}
