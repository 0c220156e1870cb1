import type { CustomResourceDefinition } from '../custom-resources/custom-resource-definition.ts';
import { type DeferredValue, deferredValuesIn } from '../custom-resources/deferred-value.ts';
import type { FunctionDefinition } from '../lambda/function-definition.ts';
import type { DeployedResource } from './deployed-resource.ts';
import { fail } from './intrinsics.ts';
import { unavailablePart } from './resource-values.ts';

/** The variable by which the CDK's provider framework finds the function that it wraps. */
const FRAMEWORK_VARIABLE = 'USER_ON_EVENT_FUNCTION_ARN';

/** A custom resource's id among all stacks of a region. */
export function resourceIdOf({ scope, logicalId }: DeployedResource): string {
  return `${scope.stackName}/${logicalId}`;
}

/**
 * The custom resources that must be run, each after those that it needs itself.
 *
 * Those are the ones of which something that the twin runs needs an attribute. All others are left alone: what they
 * do, they do to an AWS account (Amplify's branch linker calls Amplify, the CDK's log retention CloudWatch Logs), and
 * nothing here would be different for it.
 *
 * @param needed whatever the twin runs, with its deferred values
 * @throws {AssemblyError} `NotEmulated` when one that is needed has no function here that can be invoked by itself;
 *   `Unresolvable` when two need each other
 */
export function customResourcesOf(
  resources: readonly DeployedResource[],
  { functions, needed }: { functions: readonly FunctionDefinition[]; needed: unknown },
): CustomResourceDefinition[] {
  const byId = new Map(resources.map((resource) => [resourceIdOf(resource), resource]));
  const found = new Map<string, CustomResourceDefinition>();
  const visiting = new Set<string>();
  const attributes = new Map<string, Set<string>>();
  const visit = ({ resourceId, attribute }: DeferredValue): void => {
    attributes.set(resourceId, (attributes.get(resourceId) ?? new Set()).add(attribute));
    const resource = byId.get(resourceId);
    if (resource === undefined || found.has(resourceId)) return;
    if (visiting.has(resourceId)) circular(resource);
    visiting.add(resourceId);
    const definition = definitionOf(resource, functions);
    const provider = functions.find(({ functionName }) => functionName === definition.functionName);
    for (const value of deferredValuesIn([definition.properties, provider])) visit(value);
    found.set(resourceId, definition);
  };
  for (const value of deferredValuesIn(needed)) visit(value);
  return [...found.values()].map((definition) => ({
    ...definition,
    attributes: [...(attributes.get(definition.resourceId) ?? [])].sort(),
  }));
}

function definitionOf(
  resource: DeployedResource,
  functions: readonly FunctionDefinition[],
): CustomResourceDefinition {
  const { scope, logicalId, Type: type } = resource;
  const properties = propertiesOf(resource);
  const serviceToken = String(properties.ServiceToken);
  const provider = functions.find(({ functionArn }) => functionArn === serviceToken);
  if (provider === undefined)
    notRun(resource, `its ServiceToken ${serviceToken} is no function that is run here`);
  if (provider.environment[FRAMEWORK_VARIABLE] !== undefined)
    notRun(
      resource,
      `its function ${provider.functionName} is the CDK's provider framework, which calls AWS`,
    );
  return {
    resourceId: resourceIdOf(resource),
    logicalId,
    type,
    stackId: scope.stackId,
    properties,
    functionName: provider.functionName,
    attributes: [],
  };
}

/** All properties as CloudFormation sends them: every number and flag as a text. */
function propertiesOf(resource: DeployedResource): Readonly<Record<string, unknown>> {
  const { scope, logicalId, Properties = {} } = resource;
  const entries = Object.keys(Properties).map(
    (name) => [name, asTexts(scope.property(logicalId, name))] as const,
  );
  const properties = Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const missing = unavailablePart(properties);
  if (missing !== undefined) notRun(resource, `it needs ${missing}, which only AWS can give`);
  return properties;
}

function asTexts(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.map(asTexts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asTexts(member)]));
}

function notRun({ scope, logicalId, Type }: DeployedResource, reason: string): never {
  return fail('NotEmulated', `something that is run locally needs this ${Type}, and ${reason}`, {
    scope,
    at: { logicalId, path: '' },
  });
}

function circular({ scope, logicalId }: DeployedResource): never {
  return fail('Unresolvable', `the custom resource ${logicalId} depends on itself`, {
    scope,
    at: { logicalId, path: '' },
  });
}
