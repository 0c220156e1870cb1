import { z } from 'zod';
import type { HttpApiDefinition } from '../http-api/http-api-definition.ts';
import { attributeOf, type DeployedResource, readProperties } from './deployed-resource.ts';
import { comparableName } from './hosted-zones-of.ts';
import { type CustomDomain, isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';

/** The resource type of a custom domain name, and the one that connects it with an API. */
export const DOMAIN_TYPE = 'AWS::ApiGatewayV2::DomainName';
export const API_MAPPING_TYPE = 'AWS::ApiGatewayV2::ApiMapping';

const domainProperties = z.object({ DomainName: z.string().min(1) });
const mappingProperties = z.object({
  ApiId: z.string(),
  ApiMappingKey: z.string().default(''),
  DomainName: z.string(),
  Stage: z.string(),
});

/** A custom domain and the base path below which an API is served. */
export interface DomainMapping extends Omit<CustomDomain, 'region'> {
  readonly logicalId: string;
}

/** What connects the custom domains of a region's templates with APIs, whatever those are. */
export function domainMappingsOf(resources: readonly DeployedResource[]): DomainMapping[] {
  const domains = new Map(
    resources
      .filter(({ Type }) => Type === DOMAIN_TYPE)
      .map((resource) => [comparableName(readProperties(resource, domainProperties).DomainName), resource]),
  );
  return resources.flatMap((resource) => {
    if (resource.Type !== API_MAPPING_TYPE) return [];
    const mapping = readProperties(resource, mappingProperties);
    const domainName = comparableName(mapping.DomainName);
    const domain = domains.get(domainName);
    if (domain === undefined) return [];
    return [
      {
        logicalId: resource.logicalId,
        domainName,
        regionalDomainName: attributeOf(domain, 'RegionalDomainName'),
        apiId: mapping.ApiId,
        // API Gateway takes `(none)` for the root as well.
        mappingKey: mapping.ApiMappingKey === '(none)' ? '' : mapping.ApiMappingKey,
        stage: mapping.Stage,
      },
    ];
  });
}

/**
 * The custom domains under which the twin serves an API. A mapping to another API or stage than it serves, and what a
 * domain has beyond a name, is named in `notEmulated`.
 */
export function customDomainsOf(
  resources: readonly DeployedResource[],
  {
    region,
    httpApis,
    notEmulated,
  }: { region: string; httpApis: readonly HttpApiDefinition[]; notEmulated: NotEmulatedList },
): CustomDomain[] {
  const mappings = domainMappingsOf(resources);
  for (const { Type, logicalId, scope } of resources) {
    const property = (name: string): unknown => scope.property(logicalId, name);
    if (Type === API_MAPPING_TYPE && !mappings.some((each) => each.logicalId === logicalId))
      notEmulated.add(`${Type} of a domain that is not in the templates`, logicalId);
    if (Type !== DOMAIN_TYPE) continue;
    if (isSwitchedOn(property('MutualTlsAuthentication')))
      notEmulated.add(`${Type} MutualTlsAuthentication`, logicalId);
    if ((property('RoutingMode') ?? 'API_MAPPING_ONLY') !== 'API_MAPPING_ONLY')
      notEmulated.add(`${Type} RoutingMode ${property('RoutingMode')}`, logicalId);
  }
  return mappings.flatMap(({ logicalId, ...mapping }) => {
    if (httpApis.some(({ apiId, stageName }) => apiId === mapping.apiId && stageName === mapping.stage))
      return [{ ...mapping, region }];
    notEmulated.add(`${API_MAPPING_TYPE} to what is not run`, logicalId);
    return [];
  });
}
