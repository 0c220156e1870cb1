import type { Resource, TemplateJson } from '../../../../test/backend/synthesized-backend.ts';

type Resources = TemplateJson['Resources'];

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
