import { deferredValuesIn } from '../custom-resources/deferred-value.ts';
import { isRecord } from '../json-value.ts';
import { AssemblyError, type AssemblyErrorCode } from './assembly-error.ts';

/** What an expression is evaluated against: one stack. */
export interface Scope {
  readonly templateFile: string;
  /** The value of `Ref`: a parameter, a pseudo parameter or a resource. */
  ref(name: string, at: Place): unknown;
  getAtt(logicalId: string, attribute: string, at: Place): unknown;
  condition(name: string, at: Place): boolean;
  /** A value of the Mappings section, or nothing. */
  mapping(map: string, key: string, name: string): unknown;
}

/** Where in a template an expression stands. */
export interface Place {
  readonly logicalId: string;
  readonly path: string;
}

/** What `AWS::NoValue` comes to: the property or list element that holds it is left out. */
export const NO_VALUE = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: Scope, at: Place) => unknown;

/**
 * Resolves the intrinsic functions in a value.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
 *
 * @throws {AssemblyError} `Unresolvable` with template, logical id and path
 */
export function evaluate(value: unknown, scope: Scope, at: Place): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item, index) => evaluate(item, scope, below(at, String(index))));
    return items.filter((item) => item !== NO_VALUE);
  }
  if (!isRecord(value)) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first && isIntrinsicName(first[0])) {
    const [name, argument] = first;
    const intrinsic = INTRINSICS[name];
    if (intrinsic) return intrinsic(argument, scope, below(at, name));
    return fail('Unresolvable', `intrinsic function ${name} is not known here`, {
      scope,
      at: below(at, name),
    });
  }
  const resolved = entries.map(([key, item]) => [key, evaluate(item, scope, below(at, key))] as const);
  return Object.fromEntries(resolved.filter(([, item]) => item !== NO_VALUE));
}

/** Throws an error about an expression, with its place in the message. */
export function fail(
  code: AssemblyErrorCode,
  reason: string,
  { scope, at }: { scope: { readonly templateFile: string }; at: Place },
): never {
  const { templateFile: template } = scope;
  const { logicalId, path } = at;
  const where = path === '' ? logicalId : `${logicalId}.${path}`;
  throw new AssemblyError(
    code,
    `Cannot resolve ${where} in ${template}: ${reason}. Correct it in the backend definition.`,
    {
      template,
      logicalId,
      path,
    },
  );
}

/** A place one step further in. */
export function below({ logicalId, path }: Place, step: string): Place {
  return { logicalId, path: path === '' ? step : `${path}.${step}` };
}

function isIntrinsicName(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, at) => scope.ref(text(argument, scope, at), at),
  Condition: (argument, scope, at) =>
    // A policy statement has a Condition too; that one is an object and means something else.
    typeof argument === 'string'
      ? scope.condition(argument, at)
      : { Condition: evaluate(argument, scope, at) },
  'Fn::GetAtt': (argument, scope, at) => {
    const [logicalId = '', ...attribute] =
      typeof argument === 'string'
        ? argument.split('.')
        : list(argument, scope, at).map((part) => text(part, scope, at));
    return scope.getAtt(logicalId, attribute.join('.'), at);
  },
  'Fn::Join': (argument, scope, at) => {
    const [separator, parts] = list(evaluate(argument, scope, at), scope, at);
    return list(parts, scope, at)
      .map((part) => text(part, scope, at))
      .join(text(separator, scope, at));
  },
  'Fn::Sub': substitute,
  'Fn::Select': (argument, scope, at) => {
    const [index, items] = list(evaluate(argument, scope, at), scope, at);
    const options = list(items, scope, at);
    const selected = options[Number(index)];
    if (selected !== undefined) return selected;
    return fail('Unresolvable', `Fn::Select asks for element ${index} of ${options.length}`, { scope, at });
  },
  'Fn::Split': (argument, scope, at) => {
    const [separator, source] = list(evaluate(argument, scope, at), scope, at);
    return settled(source, scope, at).split(text(separator, scope, at));
  },
  'Fn::If': (argument, scope, at) => {
    const [name, whenTrue, whenFalse] = list(argument, scope, at);
    const branch = scope.condition(text(name, scope, at), at);
    // Only the branch that is taken may be resolved: the other one often refers to what does not exist.
    return evaluate(branch ? whenTrue : whenFalse, scope, below(at, branch ? '1' : '2'));
  },
  'Fn::Equals': (argument, scope, at) => {
    const [left, right] = list(evaluate(argument, scope, at), scope, at);
    return JSON.stringify(left) === JSON.stringify(right) || String(left) === String(right);
  },
  'Fn::And': (argument, scope, at) => list(argument, scope, at).every((term) => truth(term, scope, at)),
  'Fn::Or': (argument, scope, at) => list(argument, scope, at).some((term) => truth(term, scope, at)),
  'Fn::Not': (argument, scope, at) => !truth(list(argument, scope, at)[0], scope, at),
  'Fn::FindInMap': (argument, scope, at) => {
    const [map, key, name, options] = list(evaluate(argument, scope, at), scope, at);
    const found = scope.mapping(text(map, scope, at), text(key, scope, at), text(name, scope, at));
    if (found !== undefined) return found;
    if (isRecord(options) && options.DefaultValue !== undefined) return options.DefaultValue;
    return fail('Unresolvable', `Mappings has no ${map}.${key}.${name}`, { scope, at });
  },
  'Fn::Base64': (argument, scope, at) =>
    Buffer.from(settled(evaluate(argument, scope, at), scope, at)).toString('base64'),
  'Fn::Length': (argument, scope, at) => list(evaluate(argument, scope, at), scope, at).length,
  'Fn::ToJsonString': (argument, scope, at) => JSON.stringify(evaluate(argument, scope, at)),
  'Fn::ImportValue': (_, scope, at) =>
    fail('Unresolvable', 'Fn::ImportValue reads another stack, and regions share nothing at run time', {
      scope,
      at,
    }),
};

/** `${Name}`, `${Id.Attribute}` and the literal `${!Name}` of Fn::Sub. */
function substitute(argument: unknown, scope: Scope, at: Place): string {
  const [template, rawVariables] = Array.isArray(argument) ? argument : [argument, {}];
  const variables = isRecord(rawVariables) ? rawVariables : {};
  return text(template, scope, at).replaceAll(/\$\{([^}]*)\}/g, (_, raw: string) => {
    const name = raw.trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name))
      return text(evaluate(variables[name], scope, below(at, name)), scope, at);
    const [logicalId = '', ...attribute] = name.split('.');
    const value =
      attribute.length === 0 ? scope.ref(name, at) : scope.getAtt(logicalId, attribute.join('.'), at);
    return text(value, scope, at);
  });
}

function truth(term: unknown, scope: Scope, at: Place): boolean {
  const value = evaluate(term, scope, at);
  return value === true || value === 'true';
}

function list(value: unknown, scope: Scope, at: Place): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return fail('Unresolvable', `a list is needed, ${describe(value)} is given`, { scope, at });
}

function text(value: unknown, scope: Scope, at: Place): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return fail('Unresolvable', `a text is needed, ${describe(value)} is given`, { scope, at });
}

/** A text that is taken apart or encoded now, and so must be known now. */
function settled(value: unknown, scope: Scope, at: Place): string {
  const [deferred] = deferredValuesIn(value);
  if (deferred === undefined) return text(value, scope, at);
  const { attribute, resourceId } = deferred;
  return fail(
    'NotEmulated',
    `it needs ${attribute} of the custom resource ${resourceId}, which is known only when the region runs`,
    { scope, at },
  );
}

function describe(value: unknown): string {
  return value === NO_VALUE ? 'AWS::NoValue' : (JSON.stringify(value) ?? 'nothing');
}
