import { z } from 'zod';
import type { HttpRoute, RouteAuthorizer, ThrottleSettings } from '../http-api/http-api-definition.ts';
import { isKnownIdentitySource } from '../http-api/identity-source.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

const ROUTE_TYPE = 'AWS::ApiGatewayV2::Route';
const INTEGRATION_TYPE = 'AWS::ApiGatewayV2::Integration';
/** Longest time an HTTP API waits for an integration, and its default. */
const INTEGRATION_TIMEOUT_MS = 30_000;

const routeProperties = z.object({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.string().default('NONE'),
  AuthorizerId: z.string().optional(),
  AuthorizationScopes: z.array(z.string()).default([]),
  Target: z.string().optional(),
});
const integrationProperties = z.object({
  IntegrationType: z.string(),
  IntegrationUri: z.string().optional(),
  PayloadFormatVersion: z.string().default('1.0'),
  TimeoutInMillis: cfnNumber.default(INTEGRATION_TIMEOUT_MS),
});

type Integration = z.infer<typeof integrationProperties>;

/** What the routes of one API are read with. */
export interface RoutesOfOptions {
  readonly apiId: string;
  readonly functions: readonly FunctionDefinition[];
  readonly notEmulated: NotEmulatedList;
  /** The throttle that the stage sets for a route key. */
  readonly throttle: (routeKey: string) => ThrottleSettings | undefined;
}

/** The routes of one API. One that cannot be run keeps its place, with the reason, so that it answers 501. */
export function routesOf(resources: readonly DeployedResource[], options: RoutesOfOptions): HttpRoute[] {
  const { apiId, functions, notEmulated, throttle } = options;
  const authorizers = routeAuthorizersOf(resources, options);
  const names = new Set(functions.map(({ functionName }) => functionName));
  const integrations = new Map(
    resources.filter(({ Type }) => Type === INTEGRATION_TYPE).map((resource) => [refOf(resource), resource]),
  );
  return resources.flatMap((resource) => {
    if (resource.Type !== ROUTE_TYPE) return [];
    const route = readProperties(resource, routeProperties);
    if (route.ApiId !== apiId) return [];
    const { RouteKey: routeKey, AuthorizationType: authorizationType } = route;
    const authorizer = authorizers.get(route.AuthorizerId ?? '');
    if (!['NONE', 'AWS_IAM'].includes(authorizationType) && authorizer === undefined)
      notEmulated.add(`${ROUTE_TYPE} with ${authorizationType} authorization`, resource.logicalId);
    const target = integrations.get(route.Target?.replace(/^integrations\//, '') ?? '');
    const integration = target && readProperties(target, integrationProperties);
    if (target) noteParameters(target, notEmulated);
    const functionName = functionNameOf(integration?.IntegrationUri);
    const unsupported = unsupportedReason(integration, names.has(functionName));
    if (unsupported !== undefined) notEmulated.add(`${ROUTE_TYPE} with ${unsupported}`, resource.logicalId);
    const own = throttle(routeKey);
    return [
      {
        routeKey,
        functionName,
        timeoutMs: integration?.TimeoutInMillis ?? INTEGRATION_TIMEOUT_MS,
        authorizationType,
        ...(authorizer && { authorizer }),
        ...(route.AuthorizationScopes.length > 0 && { authorizationScopes: route.AuthorizationScopes }),
        ...(own && { throttle: own }),
        ...(unsupported !== undefined && {
          notEmulated: `Route "${routeKey}" has ${unsupported}, which is not emulated here.`,
        }),
      },
    ];
  });
}

/** Why a route's integration cannot be run here, or nothing. */
function unsupportedReason(
  integration: Integration | undefined,
  functionExists: boolean,
): string | undefined {
  if (!integration) return 'no integration';
  if (integration.IntegrationType !== 'AWS_PROXY') return `an ${integration.IntegrationType} integration`;
  if (integration.PayloadFormatVersion !== '2.0') return `payload format ${integration.PayloadFormatVersion}`;
  if (!functionExists) return 'a function that is not run';
  return undefined;
}

/** The function of an integration URI: an ARN, with a qualifier or inside API Gateway's own path. */
function functionNameOf(uri: string | undefined): string {
  return /:function:([^:/]+)/.exec(uri ?? '')?.[1] ?? '';
}

function noteParameters({ scope, logicalId }: DeployedResource, notEmulated: NotEmulatedList): void {
  for (const name of ['RequestParameters', 'ResponseParameters']) {
    if (isSwitchedOn(scope.property(logicalId, name)))
      notEmulated.add(`${INTEGRATION_TYPE} ${name}`, logicalId);
  }
}

const AUTHORIZER_TYPE = 'AWS::ApiGatewayV2::Authorizer';

const authorizerProperties = z.object({
  ApiId: z.string(),
  AuthorizerType: z.string(),
  IdentitySource: z.array(z.string()).default([]),
  JwtConfiguration: z.object({ Issuer: z.string(), Audience: z.array(z.string()).default([]) }).optional(),
  AuthorizerUri: z.string().optional(),
  AuthorizerPayloadFormatVersion: z.string().default('1.0'),
  AuthorizerResultTtlInSeconds: cfnNumber.default(0),
  EnableSimpleResponses: cfnBoolean.default(false),
});

type Properties = z.infer<typeof authorizerProperties>;

/** What the authorizers of one API are read with. */
interface RouteAuthorizersOfOptions {
  readonly apiId: string;
  readonly functions: readonly FunctionDefinition[];
  readonly notEmulated: NotEmulatedList;
}

/** The authorizers of one API by their ids. One that cannot be run is left out and named, so that its routes answer 501. */
function routeAuthorizersOf(
  resources: readonly DeployedResource[],
  { apiId, functions, notEmulated }: RouteAuthorizersOfOptions,
): ReadonlyMap<string, RouteAuthorizer> {
  const names = new Set(functions.map(({ functionName }) => functionName));
  const found = new Map<string, RouteAuthorizer>();
  for (const resource of resources) {
    if (resource.Type !== AUTHORIZER_TYPE) continue;
    const properties = readProperties(resource, authorizerProperties);
    if (properties.ApiId !== apiId) continue;
    const authorizerId = refOf(resource);
    const authorizer = authorizerOf(properties, { authorizerId, names });
    if (typeof authorizer !== 'string') found.set(authorizerId, authorizer);
    else notEmulated.add(`${AUTHORIZER_TYPE} with ${authorizer}`, resource.logicalId);
  }
  return found;
}

/** The authorizer, or what keeps it from being run here. */
function authorizerOf(
  properties: Properties,
  { authorizerId, names }: { authorizerId: string; names: ReadonlySet<string> },
): RouteAuthorizer | string {
  const { AuthorizerType, IdentitySource, JwtConfiguration } = properties;
  const unknown = IdentitySource.find((source) => !isKnownIdentitySource(source));
  if (unknown !== undefined) return `identity source ${unknown}`;
  if (AuthorizerType !== 'JWT') return lambdaOf(properties, { authorizerId, names });
  const [identitySource, ...others] = IdentitySource;
  if (identitySource === undefined || others.length > 0) return `${IdentitySource.length} identity sources`;
  if (JwtConfiguration === undefined) return 'no issuer';
  const { Issuer: issuer, Audience: audiences } = JwtConfiguration;
  return { kind: 'jwt', identitySource, issuer, audiences };
}

function lambdaOf(
  properties: Properties,
  { authorizerId, names }: { authorizerId: string; names: ReadonlySet<string> },
): RouteAuthorizer | string {
  const { AuthorizerPayloadFormatVersion, EnableSimpleResponses, AuthorizerUri } = properties;
  if (AuthorizerPayloadFormatVersion !== '2.0') return `payload format ${AuthorizerPayloadFormatVersion}`;
  if (!EnableSimpleResponses) return 'policies for responses';
  const functionName = /:function:([^:/]+)/.exec(AuthorizerUri ?? '')?.[1] ?? '';
  if (!names.has(functionName)) return 'a function that is not run';
  const { IdentitySource: identitySources, AuthorizerResultTtlInSeconds: resultTtlSeconds } = properties;
  return { kind: 'lambda', authorizerId, functionName, identitySources, resultTtlSeconds };
}
