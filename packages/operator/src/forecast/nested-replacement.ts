import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { isRecord } from '@gsp/twin';
import type { Resource } from './stack-tree.ts';

type Specification = ReturnType<typeof loadAwsServiceSpecSync>;
type PropertyType = NonNullable<ReturnType<typeof findType>>['properties'][string]['type'];

let specification: Specification | undefined;

/**
 * The properties of a resource by which it is replaced though only a part of them is create-only, such as the interval of a
 * health check within its configuration: by CloudFormation's own schemas, at any depth. Lists of two lengths are not compared.
 */
export function nestedReplacements(before: Resource, after: Resource): readonly string[] {
  if (before.Type !== after.Type) return [];
  specification ??= loadAwsServiceSpecSync();
  const spec = specification;
  const resource = findType(spec, after.Type);
  if (resource === undefined) return [];
  return Object.entries(resource.properties).flatMap(([name, { type }]) => {
    const found = partThatReplaces(before.Properties?.[name], after.Properties?.[name], { type, spec });
    return found === undefined ? [] : [`${name}.${found}`];
  });
}

function findType(spec: Specification, type: string) {
  return spec.lookup('resource', 'cloudFormationType', 'equals', type).at(0);
}

/** Path of the first part that differs and is create-only. */
function partThatReplaces(
  before: unknown,
  after: unknown,
  { type, spec }: { readonly type: PropertyType; readonly spec: Specification },
): string | undefined {
  if (type.type === 'array' && Array.isArray(before) && Array.isArray(after)) {
    if (before.length !== after.length) return undefined;
    const parts = after.map((each, at) => partThatReplaces(before[at], each, { type: type.element, spec }));
    return parts.find((part) => part !== undefined);
  }
  if (type.type !== 'ref' || !isRecord(before) || !isRecord(after)) return undefined;
  const { properties } = spec.get('typeDefinition', type.reference.$ref);
  for (const [name, part] of Object.entries(properties)) {
    const [old, wanted] = [before[name], after[name]];
    if (part.causesReplacement === 'yes' && JSON.stringify(old) !== JSON.stringify(wanted)) return name;
    const below = partThatReplaces(old, wanted, { type: part.type, spec });
    if (below !== undefined) return `${name}.${below}`;
  }
  return undefined;
}
