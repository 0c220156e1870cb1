import { z } from 'zod';
import { AssemblyError } from './assembly-error.ts';
import { fail } from './intrinsics.ts';
import { unavailablePart } from './resource-values.ts';
import type { StackScope } from './stack-scope.ts';
import type { TemplateResource } from './template.ts';

/** A resource that exists in one of the region's stacks. */
export interface DeployedResource extends TemplateResource {
  readonly logicalId: string;
  readonly scope: StackScope;
}

/** A flag as templates write it: CloudFormation takes the texts `true` and `false` as well. */
export const cfnBoolean = z.union([
  z.boolean(),
  z.enum(['true', 'false']).transform((text) => text === 'true'),
]);

/** A number as templates write it. */
export const cfnNumber = z.coerce.number();

/** All resources of a stack and of the stacks nested in it. */
export function deployedResources(scope: StackScope): DeployedResource[] {
  const own = scope.resources().map((resource) => ({ ...resource, scope }));
  return [...own, ...scope.children().flatMap(deployedResources)];
}

/**
 * Reads those properties of a resource that a schema names, with every intrinsic resolved.
 *
 * @throws {AssemblyError} `NotEmulated` when one depends on what cannot be had locally, `InvalidResource` when one
 *   has a value that the resource type does not take
 */
export function readProperties<Shape extends z.ZodRawShape>(
  { scope, logicalId, Type }: DeployedResource,
  schema: z.ZodObject<Shape>,
): z.infer<z.ZodObject<Shape>> {
  const values: Record<string, unknown> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = scope.property(logicalId, name);
    const missing = unavailablePart(value);
    if (missing !== undefined) {
      const at = { logicalId, path: `Properties.${name}` };
      fail('NotEmulated', `${Type} is run locally, and it needs ${missing}, which only AWS can give`, {
        scope,
        at,
      });
    }
    if (value !== undefined) values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = ['Properties', ...(issue?.path ?? [])].join('.');
  throw new AssemblyError(
    'InvalidResource',
    `Cannot use ${logicalId}.${path} of ${Type} in ${scope.templateFile}: ${issue?.message}. Correct it in the backend definition.`,
    { template: scope.templateFile, logicalId, path, cause: parsed.error },
  );
}

/** The name or id that `Ref` gives for a resource. */
export function refOf({ scope, logicalId }: DeployedResource): string {
  return String(scope.ref(logicalId, { logicalId, path: 'Ref' }));
}

/** The value of an attribute of a resource. */
export function attributeOf({ scope, logicalId }: DeployedResource, attribute: string): string {
  return String(scope.getAtt(logicalId, attribute, { logicalId, path: attribute }));
}
