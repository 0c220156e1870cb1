import type { InvocationResult } from '../lambda/invocation-result.ts';

/** A token bucket of API Gateway: `rateLimit` requests a second on average, `burstLimit` at once. */
export interface ThrottleSettings {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

/** One route of an HTTP API and the function it goes to. */
export interface HttpRoute {
  /** `GET /items/{pk}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  /** The integration's own timeout, 30,000 at most. */
  readonly timeoutMs: number;
  /**
   * `NONE`; `AWS_IAM`, which lets signed requests in; `JWT` and `CUSTOM`, which ask {@link HttpRoute.authorizer}; anything
   * else is answered with 501, as a route that AWS protects must never be open here.
   */
  readonly authorizationType: string;
  /** Who decides. @default - none; a route whose type needs one is then answered with 501 */
  readonly authorizer?: RouteAuthorizer;
  /** A token has one of these scopes at least. @default - any token will do */
  readonly authorizationScopes?: readonly string[];
  /** The route's own bucket. @default - the route shares the stage's default */
  readonly throttle?: ThrottleSettings;
  /** Why the route cannot be run at all; it then answers 501 with this reason. @default - it can */
  readonly notEmulated?: string;
}

/** An authorizer as in AWS::ApiGatewayV2::Authorizer. */
export type RouteAuthorizer = JwtAuthorizerDefinition | LambdaAuthorizerDefinition;

/** Lets tokens (RFC 7519) of one issuer in. */
export interface JwtAuthorizerDefinition {
  readonly kind: 'jwt';
  /** Where the token is: `$request.header.Authorization`. */
  readonly identitySource: string;
  /** The claim `iss`, below which `/.well-known/openid-configuration` is. */
  readonly issuer: string;
  readonly audiences: readonly string[];
}

/** Asks a function, by payload format 2.0 and with simple responses. */
export interface LambdaAuthorizerDefinition {
  readonly kind: 'lambda';
  /** Unique in the API. */
  readonly authorizerId: string;
  readonly functionName: string;
  /** All of them must be there, or the request is refused unasked; together the key of the kept result. */
  readonly identitySources: readonly string[];
  /** How long a result is kept; 0 for not at all. */
  readonly resultTtlSeconds: number;
}

/** A CORS configuration as in AWS::ApiGatewayV2::Api, names of headers and methods as written there. */
export interface CorsConfiguration {
  readonly allowCredentials?: boolean;
  readonly allowHeaders?: readonly string[];
  readonly allowMethods?: readonly string[];
  readonly allowOrigins?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** A custom domain name under which an API is served, from a base path on. */
export interface ApiCustomDomain {
  /** In lower case. */
  readonly domainName: string;
  /** The base path without slashes at its ends, which is taken off every path; empty for the root. */
  readonly mappingKey: string;
}

/** One stage of an HTTP API as its template describes it. JSON-serialisable. */
export interface HttpApiDefinition {
  readonly apiId: string;
  readonly apiName: string;
  /** `$default`, or a name that every path then begins with. */
  readonly stageName: string;
  readonly routes: readonly HttpRoute[];
  /** The bucket of all routes that have none of their own. @default - no limit */
  readonly defaultThrottle?: ThrottleSettings;
  readonly cors?: CorsConfiguration;
  /** A line with `$context.*` variables. @default - no access log */
  readonly accessLogFormat?: string;
  /** The log group that access lines go to. @default - `/aws/apigateway/<apiName>` */
  readonly accessLogGroup?: string;
  readonly stageVariables?: Readonly<Record<string, string>>;
  /** Whether requests to a host name of `execute-api` are refused. */
  readonly disableExecuteApiEndpoint: boolean;
  /** Its custom domain names. @default - none */
  readonly customDomains?: readonly ApiCustomDomain[];
}

/** Invokes a function of the region and waits for its answer. Rejects with the signal's reason when it is aborted. */
export type Invoke = (
  functionName: string,
  event: unknown,
  options: { signal: AbortSignal },
) => Promise<InvocationResult>;

/** What keeps an HTTP API from starting. */
export type HttpApiErrorCode = 'AddressInUse' | 'AddressUnavailable' | 'InvalidRoute';

/** An expected failure to start or to change an HTTP API. The message ends with the remedy. */
export class HttpApiError extends Error {
  readonly code: HttpApiErrorCode;

  constructor(code: HttpApiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpApiError';
    this.code = code;
  }
}
