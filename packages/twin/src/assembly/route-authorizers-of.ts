import { z } from 'zod';
import type { RouteAuthorizer } from '../http-api/http-api-definition.ts';
import { isKnownIdentitySource } from '../http-api/identity-source.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import { cfnBoolean, cfnNumber, type DeployedResource, readProperties, refOf } from './deployed-resource.ts';
import type { NotEmulatedList } from './not-emulated-list.ts';

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
export interface RouteAuthorizersOfOptions {
  readonly apiId: string;
  readonly functions: readonly FunctionDefinition[];
  readonly notEmulated: NotEmulatedList;
}

/** The authorizers of one API by their ids. One that cannot be run is left out and named, so that its routes answer 501. */
export function routeAuthorizersOf(
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
