import type {
  APIGatewayEventRequestContextIAMAuthorizer,
  APIGatewayEventRequestContextJWTAuthorizer,
  APIGatewayEventRequestContextLambdaAuthorizer,
  APIGatewayEventRequestContextV2,
  APIGatewayProxyEventV2WithRequestContext,
  Context,
} from 'aws-lambda';

/** The parts of a request that tests choose. */
export interface HttpApiEventOptions {
  readonly headers?: Record<string, string>;
  readonly pathParameters?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly isBase64Encoded?: boolean;
  readonly rawPath?: string;
  readonly method?: string;
  readonly stage?: string;
  /** ARN of the caller, as the IAM authorizer hands it on; absent on routes without one. */
  readonly userArn?: string;
  /** Subject of the token that came with the request, as the gateway's own authorizer hands it on; absent without one. */
  readonly subject?: string;
  /** The same of this project's authorizer function, which a stage with several issuers has. */
  readonly verified?: { readonly issuer: string; readonly subject: string };
}

type RequestContext = APIGatewayEventRequestContextV2 & {
  readonly authorizer?:
    | Pick<APIGatewayEventRequestContextIAMAuthorizer, 'iam'>
    | Pick<APIGatewayEventRequestContextJWTAuthorizer, 'jwt'>
    | Pick<APIGatewayEventRequestContextLambdaAuthorizer<Record<string, unknown>>, 'lambda'>;
};

/** An access key that no answer, record or line of a log may hold. */
export const secretAccessKeyId = 'AKIAIOSFODNN7SECRET';

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
function iamOf(userArn: string): APIGatewayEventRequestContextIAMAuthorizer['iam'] {
  return {
    ...{ accessKey: secretAccessKeyId, accountId: '123456789012', callerId: 'AIDACALLER', userArn },
    ...{ cognitoIdentity: null, principalOrgId: 'AwsOrgId', userId: 'AIDACALLER' },
  };
}

/** Issuer of the tokens whose subject alone is told. */
export const tokenIssuer = 'https://issuer.example';

function jwtOf(sub: string): Pick<APIGatewayEventRequestContextJWTAuthorizer, 'jwt'> {
  return {
    jwt: { claims: { iss: tokenIssuer, sub }, scopes: [] },
  };
}

/**
 * Builds the event of an HTTP API, payload format 2.0, as AWS documents it: absent parts are absent, not null.
 * A body of bytes is sent in base64.
 */
export function httpApiEvent(
  routeKey: string,
  options: HttpApiEventOptions = {},
): APIGatewayProxyEventV2WithRequestContext<RequestContext> {
  const [routeMethod = 'GET', routePath = '/'] = routeKey.split(' ');
  const { headers = {}, method = routeMethod, rawPath = routePath, stage = '$default', body } = options;
  const isBytes = body instanceof Uint8Array;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(options.query).toString(),
    headers: { host: 'abc123.execute-api.eu-west-1.amazonaws.com', ...headers },
    ...(options.query === undefined ? {} : { queryStringParameters: options.query }),
    ...(options.pathParameters === undefined ? {} : { pathParameters: options.pathParameters }),
    ...(body === undefined ? {} : { body: isBytes ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: options.isBase64Encoded ?? isBytes,
    requestContext: {
      ...(options.userArn === undefined ? {} : { authorizer: { iam: iamOf(options.userArn) } }),
      ...(options.subject === undefined ? {} : { authorizer: jwtOf(options.subject) }),
      ...(options.verified === undefined ? {} : { authorizer: { lambda: options.verified } }),
      accountId: '000000000000',
      apiId: 'abc123',
      domainName: 'abc123.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abc123',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey,
      stage,
      time: '22/Nov/2026:17:28:03 +0000',
      timeEpoch: 1_795_368_483_512,
    },
  };
}

/** Builds the context of an invocation. */
export function lambdaContext(remainingMs = 10_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'api',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:api',
    memoryLimitInMB: '256',
    awsRequestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
    logGroupName: '/aws/lambda/api',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
