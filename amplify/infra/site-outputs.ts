import type { Site } from '../topology/resolve-stage.ts';
import type { RegionalApi } from './regional-api.ts';

/**
 * This Region's part of `amplify_outputs.json`, under `custom`. Parts of all Regions merge without a
 * conflict, as each names its Region and its API only. `API` has the keys that `aws-amplify` takes for a
 * REST API.
 */
export function siteOutputs(site: Site, api: RegionalApi) {
  const { project, stage, region, role, apiName } = site;
  return {
    API: { [apiName]: { endpoint: api.endpoint, region, apiName } },
    platform: { project, stage, regions: { [region]: { role, apiName } } },
  };
}
