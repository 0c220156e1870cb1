import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { allowedRequestHeaders } from '../../src/contract/headers.ts';
import { servedRoutes } from '../../src/contract/served-routes.ts';
import { RegionalApi } from '../../src/infra/regional-api.ts';
import type { TokenSettings } from '../../src/infra/token-authorizer.ts';

/** What differs from the API as every stage has it. */
interface ApiWithTokensOptions {
  /** Whether there is a function that verifies tokens. @default true */
  readonly verifies?: boolean;
  /** CDK context. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
}

/** A stack with every route of the contract, one function behind all of them, and these tokens asked for. */
export function stackOfApiWithTokens(
  tokens: TokenSettings | null,
  { verifies = true, context = {} }: ApiWithTokensOptions = {},
): Stack {
  const stack = new Stack(new App({ context }), 'Platform');
  const functionOf = (id: string) =>
    new LambdaFunction(stack, id, {
      functionName: id.toLowerCase(),
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline('exports.handler = async () => ({})'),
    });
  const handler = functionOf('Traffic');
  // So few that nobody gets far.
  const throttle = { rateLimit: 2, burstLimit: 1 };
  new RegionalApi(stack, 'Api', {
    apiName: 'shop',
    routes: servedRoutes.map((route) => ({ ...route, handler, throttle })),
    defaultHandler: handler,
    probe: { handler, throttle },
    defaultThrottle: throttle,
    allowOrigins: ['https://shop.example.com'],
    allowHeaders: allowedRequestHeaders,
    exposeHeaders: [],
    accessLogGroupName: '/aws/vendedlogs/apis/shop',
    logRetentionDays: 3,
    tokens,
    ...(verifies && { tokenVerifier: functionOf('Verifier') }),
  });
  return stack;
}
