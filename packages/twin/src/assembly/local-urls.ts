import { domainMappingsOf } from './custom-domains-of.ts';
import { type DeployedResource, refOf } from './deployed-resource.ts';
import { API_TYPE } from './http-apis-of.ts';

/** Where the twin serves what a region's templates give addresses to. URLs have no trailing slash. */
export interface LocalUrlsOptions {
  readonly region: string;
  readonly apiEndpoint: (apiLogicalId: string) => string;
  readonly domainEndpoint: (domainName: string) => string | undefined;
  /** Names in front of all regions, in lower case, with the twin's URL of each. */
  readonly edgeEndpoints: ReadonlyMap<string, string>;
}

/**
 * A function that puts the twin's addresses into a text, in place of those that AWS would give the HTTP APIs of a region:
 * of `execute-api`, of custom domains with their base paths, and of what stands in front of all regions.
 */
export function localUrls(
  resources: readonly DeployedResource[],
  { region, apiEndpoint, domainEndpoint, edgeEndpoints }: LocalUrlsOptions,
): (text: string) => string {
  const apis = resources
    .filter(({ Type }) => Type === API_TYPE)
    .map((api) => [`${refOf(api)}.execute-api.${region}.amazonaws.com`, apiEndpoint(api.logicalId)] as const);
  const domains = domainMappingsOf(resources).flatMap(({ domainName, mappingKey }) => {
    const endpoint = domainEndpoint(domainName);
    const path = mappingKey === '' ? '' : `/${mappingKey}`;
    return endpoint === undefined ? [] : [[`${domainName}${path}`, endpoint] as const];
  });
  // The longest first: a base path belongs to the address.
  const addresses = [...apis, ...domains, ...edgeEndpoints].sort(([a], [b]) => b.length - a.length);
  const patterns = addresses.map(([address, url]) => [wholeAddress(address), url] as const);
  return (text) => patterns.reduce((result, [pattern, url]) => result.replaceAll(pattern, () => url), text);
}

/** `https://api.example.com`, but not the beginning of `https://api.example.com.evil.example`. */
function wholeAddress(address: string): RegExp {
  const literal = address.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`https://${literal}(?![\\w-]|\\.\\w)`, 'gi');
}
