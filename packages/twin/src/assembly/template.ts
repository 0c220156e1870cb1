import { isRecord } from '../json-value.ts';

/** The parts of a CloudFormation template that are read here. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html */
export interface Template {
  readonly Parameters?: Readonly<Record<string, TemplateParameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, TemplateOutput>>;
}

/** A parameter of a template. */
export interface TemplateParameter {
  readonly Type: string;
  readonly Default?: unknown;
}

/** A resource as a template writes it, its intrinsics unresolved. */
export interface TemplateResource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** An output of a template. */
export interface TemplateOutput {
  readonly Value: unknown;
  readonly Condition?: string;
}

/** Whether parsed JSON has the shape of a template. */
export function isTemplate(value: unknown): value is Template {
  if (!isRecord(value) || !isRecord(value.Resources)) return false;
  return Object.values(value.Resources).every(
    (resource) => isRecord(resource) && typeof resource.Type === 'string',
  );
}

/** Whether a resource type is provided by a function or topic of the template's author. */
export function isCustomResource(type: string): boolean {
  return type === 'AWS::CloudFormation::CustomResource' || type.startsWith('Custom::');
}
