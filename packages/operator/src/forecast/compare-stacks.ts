import { fullDiff, type ResourceDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { nestedReplacements } from './nested-replacement.ts';
import { stakeOf } from './resource-stake.ts';
import type { Resource, Template } from './stack-tree.ts';

/**
 * What happens to a resource. `may-be-replaced`: CloudFormation decides by what the property becomes. `kept`: it leaves its
 * stack and stays, as its `DeletionPolicy` says.
 */
export type Impact = 'created' | 'updated' | 'replaced' | 'may-be-replaced' | 'removed' | 'kept';

/** One resource that a deployment changes. */
export interface ResourceChange {
  /** With the ids of the stacks that nest it: `platform/Api`. */
  readonly logicalId: string;
  readonly type: string;
  readonly impact: Impact;
  /** Properties that change, those first that lead to a replacement. */
  readonly properties: readonly string[];
  /** What is lost by it; absent where nothing is. */
  readonly loss?: string;
}

const impacts: Readonly<Partial<Record<ResourceImpact, Impact>>> = {
  [ResourceImpact.WILL_CREATE]: 'created',
  [ResourceImpact.WILL_UPDATE]: 'updated',
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'may-be-replaced',
  [ResourceImpact.WILL_DESTROY]: 'removed',
  [ResourceImpact.WILL_ORPHAN]: 'kept',
};

/** Ones that CDK writes about itself. */
const ownNotes = 'AWS::CDK::Metadata';

/**
 * What a deployment changes of a stack, by CloudFormation's own schemas: which properties are create-only, and what follows
 * from a replacement for those that refer to it.
 *
 * @param before null where there is no such stack
 */
export function compareStacks(before: Template | null, after: Template): readonly ResourceChange[] {
  const old = before ?? { Resources: {} };
  const nested = new Map(
    Object.entries(after.Resources).flatMap(([logicalId, resource]) => {
      const former = old.Resources[logicalId];
      const found = former === undefined ? [] : nestedReplacements(former, resource);
      return found.length > 0 ? [[logicalId, found] as const] : [];
    }),
  );
  const { resources } = fullDiff(old, referringAnew(after, nested));
  return resources.logicalIds.flatMap((logicalId) => {
    const difference = resources.changes[logicalId];
    if (difference === undefined) return [];
    return changeOf(logicalId, difference, nested.get(logicalId) ?? []);
  });
}

/**
 * The template with other references to what is replaced, as such a reference has another value: who refers to it by a
 * create-only property is replaced too.
 */
function referringAnew(template: Template, replaced: ReadonlyMap<string, unknown>): Template {
  if (replaced.size === 0) return template;
  const anew = (id: unknown) => (replaced.has(String(id)) ? `${String(id)} (replaced)` : id);
  return JSON.parse(JSON.stringify(template), (key, value: unknown) => {
    if (key === 'Ref') return anew(value);
    return key === 'Fn::GetAtt' && Array.isArray(value) ? [anew(value[0]), ...value.slice(1)] : value;
  });
}

function changeOf(
  logicalId: string,
  difference: ResourceDifference,
  nested: readonly string[],
): ResourceChange[] {
  const type = difference.newResourceType ?? difference.oldResourceType ?? '';
  const impact = nested.length > 0 ? 'replaced' : impactOf(difference);
  if (impact === undefined || type === ownNotes) return [];
  const loss =
    impact === 'created' || impact === 'updated' ? undefined : stakeOf(difference.oldResourceType ?? type);
  const properties =
    impact === 'created' || impact === 'removed' ? [] : [...nested, ...changedProperties(difference)];
  return [{ logicalId, type, impact, properties, ...(loss === undefined ? {} : { loss }) }];
}

function impactOf(difference: ResourceDifference): Impact | undefined {
  if (difference.resourceTypeChanged) return 'replaced';
  const impact = impacts[difference.changeImpact];
  if (impact === 'removed') return isKept(difference.oldValue) ? 'kept' : 'removed';
  if (impact !== 'updated') return impact;
  // Attributes beside the properties, such as a policy of what stays, change nothing of the resource.
  return Object.keys(difference.propertyUpdates).length > 0 ? 'updated' : undefined;
}

function isKept(resource: Resource | undefined): boolean {
  return resource?.DeletionPolicy?.startsWith('Retain') === true;
}

function changedProperties({ propertyUpdates }: ResourceDifference): string[] {
  const rank = (name: string) => (replaces(propertyUpdates[name]?.changeImpact) ? 0 : 1);
  return Object.keys(propertyUpdates).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function replaces(impact: ResourceImpact | undefined): boolean {
  return impact === ResourceImpact.WILL_REPLACE || impact === ResourceImpact.MAY_REPLACE;
}
