import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import type { Site } from '../topology/resolve-stage.ts';

/** Tags by which the platform's resources are found, and their cost told apart, in every Region. */
export function siteTags({ project, stage }: Site, region: string): Record<string, string> {
  return { project, stage, region };
}

/** Tags everything under `scope` that can be tagged with its project, stage and Region. */
export function tagSite(scope: IConstruct, site: Site): void {
  for (const [key, value] of Object.entries(siteTags(site, site.region))) Tags.of(scope).add(key, value);
}
