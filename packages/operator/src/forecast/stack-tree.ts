import { isRecord } from '@gsp/twin';

/** One resource of a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly [attribute: string]: unknown;
}

/** A CloudFormation template, as far as a forecast reads it. */
export interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
}

/** A stack: its template, and those nested in it, by the logical id of the resource that nests them. */
export interface StackTree {
  readonly template: Template;
  readonly nested: ReadonlyMap<string, StackTree>;
}

/** The type of a resource that nests a stack. */
export const nestedStackType = 'AWS::CloudFormation::Stack';

/** Reads the text of a template; undefined where it is none in JSON, which Amplify's are. */
export function parseTemplate(text: string): Template | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isTemplate(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isTemplate(value: unknown): value is Template {
  if (!isRecord(value) || !isRecord(value.Resources)) return false;
  return Object.values(value.Resources).every((each) => isRecord(each) && typeof each.Type === 'string');
}
