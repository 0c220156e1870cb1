import type { Construct } from 'constructs';
import type { Definitions } from '../contract/definitions.ts';
import { allowedRequestHeaders, exposedHeaders } from '../contract/headers.ts';
import { servedRoutesOf } from '../contract/served-routes.ts';
import { zoneOf } from '../topology/backend-features.ts';
import { accessLogGroupName } from '../topology/names.ts';
import type { BackendContext } from '../topology/resolve-stage.ts';
import type { BuiltInFunctions } from './built-in-functions.ts';
import { RegionalApi } from './regional-api.ts';

/** What a {@link PlatformApi} is made of. */
export interface PlatformApiProps {
  readonly context: BackendContext;
  /** What a team adds. @default - nothing */
  readonly definitions?: Definitions;
  readonly functions: Pick<BuiltInFunctions, 'health' | 'control' | 'api' | 'authorizer'>;
}

/** The API of one backend: the contract's routes and those of a team's definitions, each with the function and the throttling of its bucket. */
export class PlatformApi extends RegionalApi {
  constructor(scope: Construct, id: string, { context, functions, definitions = {} }: PlatformApiProps) {
    const { throttle, cors, logs, jwt, routing } = context.settings;
    const handlers = {
      health: functions.health.resources.lambda,
      control: functions.control.resources.lambda,
      traffic: functions.api.resources.lambda,
    };
    super(scope, id, {
      apiName: context.apiName,
      routes: servedRoutesOf(definitions).map((route) => ({
        ...route,
        handler: handlers[route.bucket],
        throttle: throttle[route.bucket],
      })),
      probe: { handler: handlers.health, throttle: throttle.probe },
      dualStack: routing.dualStack,
      tokens: jwt,
      tokenVerifier: functions.authorizer.resources.lambda,
      defaultHandler: handlers.traffic,
      defaultThrottle: throttle.traffic,
      allowOrigins: cors.allowOrigins,
      allowCredentials: cors.allowCredentials,
      corsMaxAgeSeconds: cors.maxAgeSeconds,
      allowHeaders: allowHeadersOf(cors.allowHeaders),
      exposeHeaders: exposedHeaders,
      accessLogGroupName: accessLogGroupName(context.apiName),
      logRetentionDays: logs.retentionDays,
      executeApiEndpoint: zoneOf(context) === undefined,
    });
  }
}

/** Names of headers are one whatever their case. */
function allowHeadersOf(ofStage: readonly string[]): string[] {
  return [...new Set([...allowedRequestHeaders, ...ofStage.map((name) => name.toLowerCase())])];
}
