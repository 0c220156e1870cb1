import {
  type Resource,
  resourcesOf,
  type TemplateJson,
} from '../../../packages/platform/test/infra/template-queries.ts';
import type { Statement } from './evaluate-policy.ts';

/** Account in which templates are imagined to be deployed. */
const ACCOUNT = '111122223333';

/** What each function of a template may do, by the function's own part of its name. */
export function functionStatements(template: TemplateJson, region: string): Map<string, Statement[]> {
  const policies = resourcesOf(template, 'AWS::IAM::Policy').map(([, policy]) => policy);
  const functions = resourcesOf(template, 'AWS::Lambda::Function').filter(
    ([, fn]) => fn.Properties?.FunctionName !== undefined,
  );
  return new Map(
    functions.map(([, fn]) => {
      const [roleId] = Object(fn.Properties?.Role)['Fn::GetAtt'];
      const own = policies.filter((policy) => rolesOf(policy).includes(roleId));
      const name = String(fn.Properties?.FunctionName).replace('gsp-main-', '');
      return [name, own.flatMap((policy) => statementsIn(policy, region))];
    }),
  );
}

/** All statements of all identity policies of a template, with the id of the policy. */
export function allStatements(template: TemplateJson, region: string): [string, Statement][] {
  return ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']
    .flatMap((type) => resourcesOf(template, type))
    .flatMap(([id, policy]) => statementsIn(policy, region).map((found): [string, Statement] => [id, found]));
}

function rolesOf({ Properties }: Resource): unknown[] {
  return asList(Properties?.Roles).map((role) => Object(role).Ref);
}

function statementsIn({ Properties }: Resource, region: string): Statement[] {
  return asList(Object(Properties?.PolicyDocument).Statement).map((raw) => {
    const { Effect, Action, Resource: on, Condition = {}, ...others } = Object(raw);
    // NotAction and NotResource allow what nobody has listed.
    const unknown = Object.keys(others).filter((key) => key !== 'Sid');
    if (unknown.length > 0) throw new Error(`Cannot read a statement: it has ${unknown.join(', ')}`);
    const texts = (value: unknown) => asList(value).map((one) => textOf(one, region));
    const ofKeys = (keys: unknown) =>
      Object.fromEntries(Object.entries(Object(keys)).map(([key, value]) => [key, texts(value)]));
    return {
      effect: Effect,
      actions: texts(Action),
      resources: texts(on),
      conditions: Object.fromEntries(
        Object.entries(Condition).map(([operator, keys]) => [operator, ofKeys(keys)]),
      ),
    };
  });
}

/** A value as CloudFormation would put it in, a resource of the template as `<its id>`. */
function textOf(value: unknown, region: string): string {
  if (typeof value === 'string') return value;
  const pseudo = new Map([
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::AccountId', ACCOUNT],
  ]);
  const { Ref, 'Fn::Join': join, 'Fn::GetAtt': attribute } = Object(value);
  if (typeof Ref === 'string') return pseudo.get(Ref) ?? `<${Ref}>`;
  if (Array.isArray(attribute)) return `<${attribute.join('.')}>`;
  if (Array.isArray(join))
    return asList(join[1])
      .map((part) => textOf(part, region))
      .join(String(join[0]));
  throw new Error(`Cannot read ${JSON.stringify(value)}: text, Ref, Fn::GetAtt or Fn::Join is needed`);
}

function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
