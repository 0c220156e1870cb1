import { isRecord } from '@gsp/twin';
import { nestedStackType, type Resource, type StackTree, type Template } from './stack-tree.ts';

/**
 * A stack and all that is nested in it as one template, so that what a replacement leads to is seen across stacks. Logical ids
 * of nested stacks carry the id of what nests them, `platform/Api`; their parameters are what they are given, their outputs
 * what they stand for. What says nothing of the resource itself, `Metadata` and `DependsOn`, is left out.
 */
export function flattenStack(tree: StackTree): Template {
  return flatten(tree, { prefix: '', given: new Map() });
}

interface Scope {
  /** Of logical ids: `platform/`, or empty. */
  readonly prefix: string;
  /** What parameters are given, in terms of the whole. */
  readonly given: ReadonlyMap<string, unknown>;
}

/** Where expressions of one stack stand: its scope, and the stacks that it nests, flat. */
interface Place extends Scope {
  readonly tree: StackTree;
  /** Each is made when it is first asked for: one may be given outputs of another that stands after it. */
  readonly nested: (id: string) => Template | undefined;
}

function flatten(tree: StackTree, scope: Scope): Template {
  const { template } = tree;
  const place = placeOf(tree, scope);
  const below = [...tree.nested.keys()].flatMap((id) => place.nested(id) ?? []);
  const own = Object.entries(template.Resources).filter(
    ([id, { Type }]) => Type !== nestedStackType || !tree.nested.has(id),
  );
  const named = <T>(entries: readonly (readonly [string, T])[]) =>
    Object.fromEntries(entries.map(([name, value]) => [`${scope.prefix}${name}`, value]));
  const conditions = Object.entries(template.Conditions ?? {});
  return {
    Resources: Object.assign(
      {},
      ...below.map(({ Resources }) => Resources),
      named(own.map(([id, resource]) => [id, withoutNotes(resource, place)])),
    ),
    Conditions: Object.assign(
      {},
      ...below.map(({ Conditions }) => Conditions),
      named(conditions.map(([name, condition]) => [name, rewrite(condition, place)])),
    ),
    Outputs: Object.fromEntries(
      Object.entries(template.Outputs ?? {}).map(([name, { Value }]) => [
        name,
        { Value: rewrite(Value, place) },
      ]),
    ),
  };
}

function placeOf(tree: StackTree, scope: Scope): Place {
  const flat = new Map<string, Template | undefined>();
  const place: Place = {
    ...scope,
    tree,
    nested: (id) => {
      const child = tree.nested.get(id);
      if (child === undefined || flat.has(id)) return flat.get(id);
      // What asks for it while it is made, in a circle that CloudFormation refuses, finds nothing.
      flat.set(id, undefined);
      const parameters = tree.template.Resources[id]?.Properties?.Parameters;
      const given = Object.entries(isRecord(parameters) ? parameters : {});
      const made = flatten(child, {
        prefix: `${scope.prefix}${id}/`,
        given: new Map(given.map(([name, value]) => [name, rewrite(value, place)])),
      });
      flat.set(id, made);
      return made;
    },
  };
  return place;
}

function withoutNotes({ Metadata: _, DependsOn: __, ...resource }: Resource, place: Place): Resource {
  const { Condition, Properties, ...rest } = resource;
  return {
    ...rest,
    ...(Condition === undefined ? {} : { Condition: `${place.prefix}${String(Condition)}` }),
    ...(Properties === undefined ? {} : { Properties: rewrite(Properties, place) as Resource['Properties'] }),
  } as Resource;
}

function rewrite(value: unknown, place: Place): unknown {
  if (Array.isArray(value)) return value.map((each) => rewrite(each, place));
  if (!isRecord(value)) return value;
  const [[name, argument] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0 && name in intrinsics) return intrinsics[name]?.(argument, place);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, rewrite(each, place)]));
}

/** The functions that name something of their own stack. */
const intrinsics: Readonly<Record<string, (argument: unknown, place: Place) => unknown>> = {
  Ref: (name, place) => reference(String(name), place),
  'Fn::GetAtt': (argument, place) => {
    const [id = '', ...attribute] = Array.isArray(argument)
      ? argument.map(String)
      : String(argument).split('.');
    return attributeOf(id, attribute.join('.'), place);
  },
  'Fn::Sub': (argument, place) => {
    const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
    return substitution(String(text), isRecord(given) ? given : {}, place);
  },
  'Fn::If': (argument, place) => {
    const [condition, ...values] = Array.isArray(argument) ? argument : [];
    return {
      'Fn::If': [`${place.prefix}${String(condition)}`, ...values.map((each) => rewrite(each, place))],
    };
  },
  Condition: (name, { prefix }) => ({ Condition: typeof name === 'string' ? `${prefix}${name}` : name }),
};

function reference(name: string, { prefix, given, tree }: Place): unknown {
  if (given.has(name)) return given.get(name);
  const isOwn = name in tree.template.Resources || name in (tree.template.Parameters ?? {});
  return { Ref: isOwn ? `${prefix}${name}` : name };
}

function attributeOf(id: string, attribute: string, { prefix, nested }: Place): unknown {
  const output = nested(id)?.Outputs?.[attribute.replace(/^Outputs\./, '')];
  return output === undefined ? { 'Fn::GetAtt': [`${prefix}${id}`, attribute] } : output.Value;
}

/** Every name becomes one of the map, so that what it stands for may be anything. */
function substitution(text: string, given: Readonly<Record<string, unknown>>, place: Place): unknown {
  const values: Record<string, unknown> = {};
  for (const [, name = ''] of text.matchAll(/\$\{([^!}][^}]*)\}/g)) {
    const [id = '', ...attribute] = name.split('.');
    if (Object.hasOwn(given, name)) values[name] = rewrite(given[name], place);
    else if (!name.startsWith('AWS::'))
      values[name] =
        attribute.length === 0 ? reference(name, place) : attributeOf(id, attribute.join('.'), place);
  }
  return { 'Fn::Sub': Object.keys(values).length === 0 ? text : [text, values] };
}
