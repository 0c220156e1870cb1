/** One resource of a template, as JSON. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
}

/** A template, as JSON. */
export interface TemplateJson {
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

type Resources = TemplateJson['Resources'];

/** Resources of one type, by logical id. */
export function resourcesOf(template: TemplateJson, type: string): [string, Resource][] {
  return Object.entries(template.Resources).filter(([, resource]) => resource.Type === type);
}

/** All values under `value` that are strings. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** A value that must be there. */
export function one<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('nothing of that kind was synthesized');
  return value;
}

/** The function of that name. */
export function functionNamed(resources: Resources, name: string): Resource {
  return one(
    Object.values(resources).find(
      ({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties?.FunctionName === name,
    ),
  );
}

/** Logical id of the log group of that name. */
export function logGroupNamed(resources: Resources, name: string): string {
  const [id] = one(Object.entries(resources).find(([, { Properties }]) => Properties?.LogGroupName === name));
  return id;
}

/** Statements of the role of the function of that name. */
export function statementsOf(resources: Resources, functionName: string): unknown[] {
  const role = refIn(functionNamed(resources, functionName).Properties?.Role);
  const policies = Object.values(resources).filter(
    ({ Type, Properties }) =>
      Type === 'AWS::IAM::Policy' && JSON.stringify(Properties?.Roles).includes(`"${role}"`),
  );
  return policies.flatMap(({ Properties }) => Object(Properties?.PolicyDocument).Statement);
}

/** The logical id that a Ref, GetAtt or Join with one of them points to. */
export function refIn(value: unknown): string {
  const found = JSON.stringify(value)?.match(/"(?:Ref":|Fn::GetAtt":\[)"([A-Za-z0-9]+)"/);
  return found?.[1] ?? '';
}

/** What the probe's route key is called where tests list keys: it ends with the id of its stack. */
export const probeKey = 'GET /health/<stack id>';

/** The id that CloudFormation gives a stack, as a template takes it out of the stack's ARN. */
export const stackId = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };

/** Key of a route as tests list it. */
export function routeKeyOf(route: Resource['Properties']): string {
  const key = route?.RouteKey;
  const computed = JSON.stringify({ 'Fn::Join': ['', ['GET /health/', stackId]] });
  return JSON.stringify(key) === computed ? probeKey : String(key);
}
