import { type DeferredValue, deferredValuesIn, replaceDeferred } from '../custom-resources/deferred-value.ts';
import type { TableDefinition } from '../dynamodb/table-definition.ts';
import type { HttpApiDefinition } from '../http-api/http-api-definition.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import type { HostedZoneDefinition } from '../route53/route53-definition.ts';
import { AssemblyError } from './assembly-error.ts';
import { INVOKE_CONFIG_TYPE } from './asynchronous-retries-of.ts';
import { openCloudAssembly } from './cloud-assembly.ts';
import { API_MAPPING_TYPE, customDomainsOf, DOMAIN_TYPE } from './custom-domains-of.ts';
import { customResourcesOf, resourceIdOf } from './custom-resources-of.ts';
import { type DeployedResource, deployedResources } from './deployed-resource.ts';
import { DISTRIBUTION_TYPE, distributionsOf } from './distributions-of.ts';
import { eventSourceMappingsOf, MAPPING_TYPE, QUEUE_TYPE } from './event-source-mappings-of.ts';
import { FUNCTION_TYPE, functionsOf } from './functions-of.ts';
import { CHECK_TYPE } from './health-checks-of.ts';
import { ZONE_TYPE } from './hosted-zones-of.ts';
import { API_TYPE, httpApisOf } from './http-apis-of.ts';
import { localUrls } from './local-urls.ts';
import { RECORD_TYPE } from './record-sets-of.ts';
import { type CustomDomain, NotEmulatedList, type ResolvedRegion } from './resolved-region.ts';
import { placeholder } from './resource-values.ts';
import { RESPONSE_HEADERS_TYPE } from './response-headers-of.ts';
import { route53Of } from './route53-of.ts';
import { RULE_TYPE, schedulesOf } from './schedules-of.ts';
import { SECRET_TYPE, secretsOf } from './secrets-of.ts';
import { type RegionContext, StackScope } from './stack-scope.ts';
import { TABLE_TYPES, tablesOf } from './tables-of.ts';
import { WEB_ACL_TYPE } from './web-acl-of.ts';

/** Where and as what an assembly is to be run. */
export interface ResolveAssemblyOptions {
  readonly region: string;
  readonly accountId: string;
  /** The URL, without a trailing slash, at which the twin serves the HTTP API of a logical id. */
  readonly apiEndpoint: (apiLogicalId: string) => string;
  /**
   * The URL, without a trailing slash, at which the twin serves a custom domain's root or base path.
   * @default - none, and what holds such an address keeps it
   */
  readonly domainEndpoint?: (domainName: string) => string | undefined;
  /** Names in front of all regions, in lower case, and the URL of each at the twin. @default - none */
  readonly edgeEndpoints?: ReadonlyMap<string, string>;
  /** Hosted zones that exist before any stack does, as they would in an AWS account. @default - none */
  readonly hostedZones?: readonly HostedZoneDefinition[];
}

/** Types that are run, that belong to one that is, or that do nothing at run time. */
const HANDLED_TYPES = new Set([
  ...TABLE_TYPES,
  API_TYPE,
  API_MAPPING_TYPE,
  DOMAIN_TYPE,
  FUNCTION_TYPE,
  INVOKE_CONFIG_TYPE,
  RULE_TYPE,
  'AWS::ApiGatewayV2::Authorizer',
  'AWS::ApiGatewayV2::Deployment',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  MAPPING_TYPE,
  QUEUE_TYPE,
]);

/** Types that are no region's own: Route 53, CloudFront and secrets with replicas, in whichever region their stack is. */
const GLOBAL_TYPES = new Set([
  CHECK_TYPE,
  DISTRIBUTION_TYPE,
  RECORD_TYPE,
  SECRET_TYPE,
  ZONE_TYPE,
  'AWS::CDK::Metadata',
  'AWS::CloudFormation::Stack',
]);

/**
 * Reads a cloud assembly as CloudFormation would deploy it to one region, and gives what of it the twin runs.
 *
 * Of root stacks that are bound to another region only what belongs to no region is taken: records, the distribution and
 * its web ACL, secrets. What else is in them is named in `notEmulated`. A URL of `execute-api`, of a custom domain or of
 * the edge in an output or in a function's environment is replaced by the twin's, so that what the stack tells about
 * itself is true.
 *
 * @throws {AssemblyError} with template, logical id and path, and the remedy in its message
 */
export function resolveAssembly(assemblyDir: string, options: ResolveAssemblyOptions): ResolvedRegion {
  const {
    region,
    accountId,
    domainEndpoint = () => undefined,
    edgeEndpoints = new Map(),
    hostedZones = [],
  } = options;
  const assembly = openCloudAssembly(assemblyDir);
  const notEmulated = new NotEmulatedList();
  const roots: StackScope[] = [];
  const elsewhere: DeployedResource[] = [];
  for (const { templateFile, stackName, region: bound = region } of assembly.rootStacks) {
    const context: RegionContext = { assembly, ...options, region: bound };
    const scope = new StackScope({ context, templateFile, stackName });
    if (bound === region) roots.push(scope);
    else elsewhere.push(...deployedResources(scope));
  }
  const resources = roots.flatMap(deployedResources);
  const all = [...resources, ...elsewhere];
  const { distributions, unserved } = distributionsOf(all, notEmulated);
  const secrets = secretsOf(all, notEmulated);
  const toLocalUrl = localUrls(resources, { ...options, domainEndpoint, edgeEndpoints });
  const tables = tablesOf(resources, { region, notEmulated });
  requireKnown(tables);
  const functions = functionsOf(resources, notEmulated).map((each) => withLocalUrls(each, toLocalUrl));
  const apis = httpApisOf(resources, { functions, notEmulated });
  const customDomains = customDomainsOf(resources, { region, httpApis: apis, notEmulated });
  const httpApis = apis.map((api) => withDomains(api, customDomains));
  const route53 = route53Of(all, { hostedZones, unserved, notEmulated });
  const eventSourceMappings = eventSourceMappingsOf(resources, { functions, notEmulated });
  const schedules = schedulesOf(resources, { functions, notEmulated });
  const needed = [functions, httpApis, eventSourceMappings, schedules];
  const customResources = customResourcesOf(resources, { functions, needed });
  const run = new Set(customResources.map(({ resourceId }) => resourceId));
  const ofEdge = new Set([
    ...(distributions.length > 0 ? [RESPONSE_HEADERS_TYPE] : []),
    ...(distributions.some(({ webAcl }) => webAcl !== undefined) ? [WEB_ACL_TYPE] : []),
  ]);
  for (const resource of resources) {
    const { Type, logicalId } = resource;
    const isRun = HANDLED_TYPES.has(Type) || GLOBAL_TYPES.has(Type) || ofEdge.has(Type);
    if (!isRun && !run.has(resourceIdOf(resource))) notEmulated.add(described(Type), logicalId);
  }
  for (const { Type, logicalId, scope } of elsewhere) {
    if (!GLOBAL_TYPES.has(Type) && !ofEdge.has(Type))
      notEmulated.add(`${described(Type)} in ${scope.context.region}`, logicalId);
  }
  return {
    region,
    accountId,
    tables,
    functions,
    httpApis,
    eventSourceMappings,
    schedules,
    customResources,
    route53,
    customDomains,
    distributions,
    secrets,
    outputs: Object.fromEntries(roots.flatMap((root) => outputsOf(root, { toLocalUrl, run }))),
    notEmulated: notEmulated.toArray(),
  };
}

/** Tables are made before any function runs, and so before a custom resource can give anything. */
function requireKnown(tables: readonly TableDefinition[]): void {
  for (const table of tables) {
    const [deferred] = deferredValuesIn(table);
    if (deferred === undefined) continue;
    throw new AssemblyError(
      'NotEmulated',
      `Cannot create table ${table.tableName}: it needs ${nameOf(deferred)} of a custom resource, which is known only when the region runs. Write the value into the backend definition.`,
    );
  }
}

function described(type: string): string {
  const isPolicy = type.startsWith('AWS::IAM::') || type === 'AWS::SQS::QueuePolicy';
  if (isPolicy) return `${type} (permissions are not enforced)`;
  return type === 'AWS::CertificateManager::Certificate' ? `${type} (the twin has no TLS)` : type;
}

function withDomains(api: HttpApiDefinition, domains: readonly CustomDomain[]): HttpApiDefinition {
  const customDomains = domains
    .filter(({ apiId }) => apiId === api.apiId)
    .map(({ domainName, mappingKey }) => ({ domainName, mappingKey }));
  return customDomains.length === 0 ? api : { ...api, customDomains };
}

function withLocalUrls(
  definition: FunctionDefinition,
  toLocalUrl: (text: string) => string,
): FunctionDefinition {
  const environment = Object.entries(definition.environment).map(([name, value]) => [
    name,
    toLocalUrl(value),
  ]);
  return { ...definition, environment: Object.fromEntries(environment) };
}

function nameOf({ resourceId, attribute }: DeferredValue): string {
  return `${resourceId.split('/').at(-1)}.${attribute}`;
}

/** The outputs of a stack. They are told before any region runs, and so before a custom resource has said anything. */
function outputsOf(
  root: StackScope,
  { toLocalUrl, run }: { toLocalUrl: (text: string) => string; run: ReadonlySet<string> },
): (readonly [string, string])[] {
  const replacement = (deferred: DeferredValue): string =>
    run.has(deferred.resourceId)
      ? `[known when the region runs: ${nameOf(deferred)}]`
      : placeholder('custom resource', nameOf(deferred));
  return root.outputNames().map((name) => {
    const value = root.output(name);
    const text = toLocalUrl(typeof value === 'string' ? value : JSON.stringify(value));
    return [name, replaceDeferred(text, replacement)];
  });
}
