/**
 * What is read of an API Gateway event of payload format 2.0. Every part is optional, so that an event from
 * elsewhere (a console's test button, a direct invocation) gets an answer and not a crash.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpEvent {
  readonly routeKey?: string;
  readonly rawPath?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly pathParameters?: Readonly<Record<string, string | undefined>>;
  /** Repeated parameters arrive as one value, joined by commas. */
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly requestId?: string;
    readonly stage?: string;
    readonly http?: { readonly method?: string };
    /** What the route's authorizer found out; of IAM's, who signed. It also holds an access key, which is not read. */
    readonly authorizer?: {
      readonly iam?: { readonly userArn?: string };
      /** API Gateway's own authorizer: the claims of the token. */
      readonly jwt?: { readonly claims?: Readonly<Record<string, unknown>> };
      /** This project's authorizer function: what it found out of the token. */
      readonly lambda?: Readonly<Record<string, unknown>> | null;
    };
  };
}

/** What is read of Lambda's context object. */
export interface HttpContext {
  readonly awsRequestId?: string;
  readonly getRemainingTimeInMillis?: () => number;
}

/** What API Gateway takes as an answer, payload format 2.0. */
export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** A request in the terms of HTTP. */
export interface HttpRequest {
  /** API Gateway's choice of route: `<method> <path template>`, or `$default`. */
  readonly routeKey: string;
  readonly method: string;
  /** Path without the stage's name. */
  readonly path: string;
  /** Headers by lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Decoded path parameters. */
  readonly pathParameters: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Body as API Gateway hands it over: text, or base64 of the bytes. */
  readonly body: { readonly text: string; readonly isBase64: boolean };
  readonly correlationId: string;
  /** Where the request stands in a distributed trace; absent where nobody said so. */
  readonly traceparent?: string;
  /** ARN of whoever signed the request; on routes with IAM authorization. */
  readonly caller?: string;
  /** Issuer and subject of the token that came with the request; on routes that want one. */
  readonly subject?: string;
  /** The subject alone, as owners are named; empty for a token that has none. */
  readonly owner?: string;
  /** API Gateway's id of the request. */
  readonly requestId: string;
  /** Aborted when the time for this request is over. */
  readonly signal: AbortSignal;
}

/** An answer in the terms of HTTP. */
export interface HttpResponse {
  readonly status: number;
  /** Headers beyond those that every response carries, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Media type of the body. @default 'application/json' */
  readonly contentType?: string;
  /** Body: text as it is, everything else as JSON. */
  readonly body: unknown;
  /** What went wrong, for the log only. */
  readonly cause?: unknown;
}

/** Answers one route. What it throws becomes a problem. */
export type RouteHandler = (request: HttpRequest) => Promise<HttpResponse> | HttpResponse;
