import { deferredText } from '../custom-resources/deferred-value.ts';
import { isRecord } from '../json-value.ts';
import type { CloudAssembly } from './cloud-assembly.ts';
import { below, evaluate, fail, NO_VALUE, type Place, type Scope } from './intrinsics.ts';
import { physicalName, stableUuid } from './physical-name.ts';
import type { ResourceValue } from './resource-identity.ts';
import { placeholder, resourceValue } from './resource-values.ts';
import { isCustomResource, type Template, type TemplateResource } from './template.ts';

/** What all stacks of a region have in common. */
export interface RegionContext {
  readonly assembly: CloudAssembly;
  readonly region: string;
  readonly accountId: string;
  readonly apiEndpoint: (apiLogicalId: string) => string;
}

/** One stack, and how its parameters are had from the stack above. */
interface StackScopeOptions {
  readonly context: RegionContext;
  readonly templateFile: string;
  readonly stackName: string;
  readonly parameter?: (name: string) => unknown;
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/**
 * One stack of a cloud assembly: it resolves names to values, on demand, across its nested stacks. Nothing is
 * resolved that nobody asks for, so that a template may hold whatever the twin does not need.
 */
export class StackScope implements Scope {
  readonly templateFile: string;
  readonly stackName: string;
  readonly context: RegionContext;
  readonly #template: Template;
  readonly #parameter: (name: string) => unknown;
  readonly #children = new Map<string, StackScope>();
  /** Names that are being resolved: to meet one again is a circle. */
  readonly #resolving = new Set<string>();

  constructor({ context, templateFile, stackName, parameter = () => undefined }: StackScopeOptions) {
    this.context = context;
    this.templateFile = templateFile;
    this.stackName = stackName;
    this.#parameter = parameter;
    this.#template = context.assembly.readTemplate(templateFile);
  }

  /** The resources that exist: those without a condition, and those whose condition holds. */
  resources(): (TemplateResource & { readonly logicalId: string })[] {
    return Object.entries(this.#template.Resources)
      .filter(([logicalId, { Condition }]) => this.#holds(Condition, logicalId))
      .map(([logicalId, resource]) => ({ ...resource, logicalId }));
  }

  /** The nested stacks that exist. */
  children(): StackScope[] {
    const nested = this.resources().filter(({ Type }) => Type === NESTED_STACK);
    return nested.map(({ logicalId }) => this.#child(logicalId));
  }

  /** The names of the outputs that exist. */
  outputNames(): string[] {
    const outputs = Object.entries(this.#template.Outputs ?? {});
    return outputs.filter(([name, { Condition }]) => this.#holds(Condition, name)).map(([name]) => name);
  }

  /** The value of an output. */
  output(name: string, at: Place = { logicalId: name, path: '' }): unknown {
    const output = this.#template.Outputs?.[name];
    if (!output)
      return fail('Unresolvable', `${this.templateFile} has no output ${name}`, { scope: this, at });
    return this.#once(`output ${name}`, at, () =>
      evaluate(output.Value, this, { logicalId: name, path: 'Value' }),
    );
  }

  /** A property of a resource with its intrinsics resolved, or nothing. */
  property(logicalId: string, name: string): unknown {
    const value = this.#template.Resources[logicalId]?.Properties?.[name];
    const at = { logicalId, path: `Properties.${name}` };
    const resolved = this.#once(`property ${logicalId}.${name}`, at, () => evaluate(value, this, at));
    return resolved === NO_VALUE ? undefined : resolved;
  }

  ref(name: string, at: Place): unknown {
    if (name.startsWith('AWS::')) return this.#pseudoParameter(name, at);
    const parameter = this.#template.Parameters?.[name];
    if (parameter) return this.#parameterValue(name, parameter, at);
    const resource = this.#template.Resources[name];
    if (!resource)
      return fail('Unresolvable', `there is no parameter or resource "${name}"`, { scope: this, at });
    if (resource.Type === NESTED_STACK) return this.#child(name).stackId;
    return this.#resourceValue(name, 'Ref', resource);
  }

  getAtt(logicalId: string, attribute: string, at: Place): unknown {
    const resource = this.#template.Resources[logicalId];
    if (!resource) return fail('Unresolvable', `there is no resource "${logicalId}"`, { scope: this, at });
    if (resource.Type === NESTED_STACK && attribute.startsWith('Outputs.')) {
      return this.#child(logicalId).output(attribute.slice('Outputs.'.length), at);
    }
    return this.#resourceValue(logicalId, attribute, resource);
  }

  condition(name: string, at: Place): boolean {
    const expression = this.#template.Conditions?.[name];
    if (expression === undefined)
      return fail('Unresolvable', `there is no condition "${name}"`, { scope: this, at });
    const value = this.#once(`condition ${name}`, at, () =>
      evaluate(expression, this, { logicalId: name, path: '' }),
    );
    return value === true || value === 'true';
  }

  mapping(map: string, key: string, name: string): unknown {
    return this.#template.Mappings?.[map]?.[key]?.[name];
  }

  get stackId(): string {
    const { region, accountId } = this.context;
    return `arn:aws:cloudformation:${region}:${accountId}:stack/${this.stackName}/${stableUuid(this.stackName)}`;
  }

  #holds(condition: string | undefined, logicalId: string): boolean {
    return condition === undefined || this.condition(condition, { logicalId, path: 'Condition' });
  }

  #pseudoParameter(name: string, at: Place): unknown {
    const { region, accountId } = this.context;
    switch (name) {
      case 'AWS::Region':
        return region;
      case 'AWS::AccountId':
        return accountId;
      case 'AWS::Partition':
        return 'aws';
      case 'AWS::URLSuffix':
        return 'amazonaws.com';
      case 'AWS::StackName':
        return this.stackName;
      case 'AWS::StackId':
        return this.stackId;
      case 'AWS::NoValue':
        return NO_VALUE;
      case 'AWS::NotificationARNs':
        return [];
      default:
        return fail('Unresolvable', `there is no pseudo parameter ${name}`, { scope: this, at });
    }
  }

  #parameterValue(name: string, { Type, Default }: { Type: string; Default?: unknown }, at: Place): unknown {
    const value = this.#once(`parameter ${name}`, at, () => this.#parameter(name)) ?? Default;
    if (Type.startsWith('AWS::SSM::Parameter::Value')) return placeholder('AWS::SSM::Parameter', name);
    if (value === undefined) {
      return fail('Unresolvable', `parameter "${name}" has no default and nobody passes it`, {
        scope: this,
        at,
      });
    }
    const isList = Type === 'CommaDelimitedList' || Type.startsWith('List<');
    return isList && typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
  }

  #resourceValue(logicalId: string, attribute: string, { Type }: TemplateResource): ResourceValue {
    const { region, accountId, apiEndpoint } = this.context;
    if (isCustomResource(Type))
      return deferredText({ resourceId: `${this.stackName}/${logicalId}`, attribute });
    const property = (name: string): unknown => this.property(logicalId, name);
    const identity = {
      type: Type,
      logicalId,
      stackName: this.stackName,
      region,
      accountId,
      property,
      apiEndpoint,
    };
    return resourceValue(identity, attribute) ?? placeholder(Type, `${logicalId}.${attribute}`);
  }

  #child(logicalId: string): StackScope {
    const existing = this.#children.get(logicalId);
    if (existing) return existing;
    const child = this.#openChild(logicalId);
    this.#children.set(logicalId, child);
    return child;
  }

  #openChild(logicalId: string): StackScope {
    const at: Place = { logicalId, path: 'Properties' };
    const resource = this.#template.Resources[logicalId];
    if (!resource) return fail('Unresolvable', `there is no resource "${logicalId}"`, { scope: this, at });
    const { assembly } = this.context;
    // Amplify and the CDK's command line write the file's name into the metadata; else the URL ends in its hash.
    const url =
      resource.Metadata?.['aws:asset:path'] === undefined
        ? this.property(logicalId, 'TemplateURL')
        : undefined;
    const path = assembly.assetPath(resource, typeof url === 'string' ? url : undefined);
    if (path === undefined) {
      return fail('Unresolvable', 'its TemplateURL names no template of this assembly', { scope: this, at });
    }
    const passed = resource.Properties?.Parameters;
    return new StackScope({
      context: this.context,
      templateFile: assembly.relativePath(path),
      stackName: physicalName(this.stackName, logicalId, 128),
      parameter: (name) => {
        const value = isRecord(passed) ? passed[name] : undefined;
        return value === undefined ? undefined : evaluate(value, this, below(at, `Parameters.${name}`));
      },
    });
  }

  /**
   * Resolves a name unless it is being resolved already.
   *
   *   output A ─ needs ─> parameter B ─ needs ─> output C ─ needs ─> output A: would never end
   */
  #once<T>(key: string, at: Place, resolve: () => T): T {
    if (this.#resolving.has(key))
      return fail('Unresolvable', `${key} depends on itself`, { scope: this, at });
    this.#resolving.add(key);
    try {
      return resolve();
    } finally {
      this.#resolving.delete(key);
    }
  }
}
