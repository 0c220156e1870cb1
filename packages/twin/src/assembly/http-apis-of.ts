import { z } from 'zod';
import type {
  CorsConfiguration,
  HttpApiDefinition,
  ThrottleSettings,
} from '../http-api/http-api-definition.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { routesOf } from './http-routes-of.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type that becomes an HTTP API. */
export const API_TYPE = 'AWS::ApiGatewayV2::Api';
const STAGE_TYPE = 'AWS::ApiGatewayV2::Stage';

/** API Gateway's limits of an account, which hold where a template sets one half of a throttle only. */
const ACCOUNT_THROTTLE: ThrottleSettings = { rateLimit: 10_000, burstLimit: 5000 };

const texts = z.array(z.string()).optional();
const apiProperties = z.object({
  Name: z.string().optional(),
  ProtocolType: z.string().optional(),
  CorsConfiguration: z
    .object({
      AllowCredentials: cfnBoolean.optional(),
      AllowHeaders: texts,
      AllowMethods: texts,
      AllowOrigins: texts,
      ExposeHeaders: texts,
      MaxAge: cfnNumber.optional(),
    })
    .optional(),
  DisableExecuteApiEndpoint: cfnBoolean.default(false),
});

const routeSettings = z.object({
  ThrottlingBurstLimit: cfnNumber.optional(),
  ThrottlingRateLimit: cfnNumber.optional(),
});
const stageProperties = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  AccessLogSettings: z
    .object({ DestinationArn: z.string().optional(), Format: z.string().optional() })
    .optional(),
  DefaultRouteSettings: routeSettings.optional(),
  RouteSettings: z.record(z.string(), routeSettings).optional(),
  StageVariables: z.record(z.string(), z.coerce.string()).optional(),
});

type Stage = z.infer<typeof stageProperties>;

/**
 * The HTTP APIs that a region's templates define, each with one stage: `$default` where there is one. What an API
 * has beyond that (more stages, an OpenAPI body, WebSockets) is named in `notEmulated`.
 */
export function httpApisOf(
  resources: readonly DeployedResource[],
  { functions, notEmulated }: { functions: readonly FunctionDefinition[]; notEmulated: NotEmulatedList },
): HttpApiDefinition[] {
  const stages = resources
    .filter(({ Type }) => Type === STAGE_TYPE)
    .map((resource) => ({ resource, stage: readProperties(resource, stageProperties) }));
  return resources.flatMap((resource) => {
    if (resource.Type !== API_TYPE) return [];
    const api = readProperties(resource, apiProperties);
    if (api.ProtocolType !== 'HTTP') {
      const what = api.ProtocolType === undefined ? 'an OpenAPI body' : `protocol ${api.ProtocolType}`;
      notEmulated.add(`${API_TYPE} with ${what}`, resource.logicalId);
      return [];
    }
    const apiId = refOf(resource);
    const own = stages.filter(({ stage }) => stage.ApiId === apiId);
    const chosen = own.find(({ stage }) => stage.StageName === '$default') ?? own[0];
    if (!chosen) {
      notEmulated.add(`${API_TYPE} without a stage`, resource.logicalId);
      return [];
    }
    for (const other of own) {
      if (other !== chosen)
        notEmulated.add(`${STAGE_TYPE} beside ${chosen.stage.StageName}`, other.resource.logicalId);
    }
    noteProperties(resource, notEmulated);
    const { stage } = chosen;
    const settings = (routeKey: string) => throttleOf(stage.RouteSettings?.[routeKey]);
    const routes = routesOf(resources, { apiId, functions, notEmulated, throttle: settings });
    return [definitionOf({ apiId, apiName: api.Name ?? resource.logicalId, routes }, api, stage)];
  });
}

function definitionOf(
  base: Pick<HttpApiDefinition, 'apiId' | 'apiName' | 'routes'>,
  api: z.infer<typeof apiProperties>,
  stage: Stage,
): HttpApiDefinition {
  const throttle = throttleOf(stage.DefaultRouteSettings);
  const cors = corsOf(api.CorsConfiguration);
  const { Format: format, DestinationArn: destination } = stage.AccessLogSettings ?? {};
  const logGroup = destination === undefined ? undefined : /:log-group:([^:]+)/.exec(destination)?.[1];
  return {
    ...base,
    stageName: stage.StageName,
    ...(throttle && { defaultThrottle: throttle }),
    ...(cors && { cors }),
    ...(format !== undefined && { accessLogFormat: format }),
    ...(logGroup !== undefined && { accessLogGroup: logGroup }),
    ...(stage.StageVariables && { stageVariables: stage.StageVariables }),
    disableExecuteApiEndpoint: api.DisableExecuteApiEndpoint,
  };
}

function throttleOf(settings: z.infer<typeof routeSettings> | undefined): ThrottleSettings | undefined {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = settings ?? {};
  if (rate === undefined && burst === undefined) return undefined;
  return { rateLimit: rate ?? ACCOUNT_THROTTLE.rateLimit, burstLimit: burst ?? ACCOUNT_THROTTLE.burstLimit };
}

function corsOf(cors: z.infer<typeof apiProperties>['CorsConfiguration']): CorsConfiguration | undefined {
  if (!cors) return undefined;
  const { AllowCredentials, AllowHeaders, AllowMethods, AllowOrigins, ExposeHeaders, MaxAge } = cors;
  return {
    ...(AllowCredentials !== undefined && { allowCredentials: AllowCredentials }),
    ...(AllowHeaders && { allowHeaders: AllowHeaders }),
    ...(AllowMethods && { allowMethods: AllowMethods }),
    ...(AllowOrigins && { allowOrigins: AllowOrigins }),
    ...(ExposeHeaders && { exposeHeaders: ExposeHeaders }),
    ...(MaxAge !== undefined && { maxAgeSeconds: MaxAge }),
  };
}

function noteProperties({ scope, logicalId }: DeployedResource, notEmulated: NotEmulatedList): void {
  for (const name of ['Body', 'BodyS3Location', 'Target']) {
    if (isSwitchedOn(scope.property(logicalId, name))) notEmulated.add(`${API_TYPE} ${name}`, logicalId);
  }
}
