import { z } from 'zod';
import type { PasswordRule, SecretDefinition, SecretOrigin } from '../secrets-manager/secret-definition.ts';
import { attributeOf, cfnBoolean, cfnNumber, type DeployedResource } from './deployed-resource.ts';
import type { NotEmulatedList } from './resolved-region.ts';
import { unavailablePart } from './resource-values.ts';

/** The resource type that becomes a secret. */
export const SECRET_TYPE = 'AWS::SecretsManager::Secret';

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetRandomPassword.html */
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

const flag = cfnBoolean.default(false);
const generateProperties = z.object({
  PasswordLength: cfnNumber.pipe(z.number().int().min(1).max(4_096)).default(32),
  ExcludeCharacters: z.string().default(''),
  ExcludeLowercase: flag,
  ExcludeUppercase: flag,
  ExcludeNumbers: flag,
  ExcludePunctuation: flag,
  IncludeSpace: flag,
  RequireEachIncludedType: cfnBoolean.default(true),
  SecretStringTemplate: z.string().optional(),
  GenerateStringKey: z.string().optional(),
});
const secretProperties = z.object({
  GenerateSecretString: generateProperties.optional(),
  SecretString: z.string().optional(),
  ReplicaRegions: z.array(z.object({ Region: z.string() })).default([]),
});

type GenerateProperties = z.infer<typeof generateProperties>;

/** The secrets of templates. One whose value only AWS could give, or in a form that is not known here, is named in `notEmulated`. */
export function secretsOf(
  resources: readonly DeployedResource[],
  notEmulated: NotEmulatedList,
): SecretDefinition[] {
  return resources.flatMap((resource) => {
    if (resource.Type !== SECRET_TYPE) return [];
    const secret = secretOf(resource);
    if (secret === undefined)
      notEmulated.add(`${SECRET_TYPE} with a value that only AWS can give`, resource.logicalId);
    return secret === undefined ? [] : [secret];
  });
}

function secretOf(resource: DeployedResource): SecretDefinition | undefined {
  const { scope, logicalId } = resource;
  const read = ['GenerateSecretString', 'SecretString', 'ReplicaRegions'].map((name) => [
    name,
    scope.property(logicalId, name),
  ]);
  const parsed = secretProperties.safeParse(Object.fromEntries(read));
  const origin =
    parsed.success && unavailablePart(parsed.data) === undefined ? originOf(parsed.data) : undefined;
  if (!parsed.success || origin === undefined) return undefined;
  // `…:secret:<name>-<suffix>`
  const arn = attributeOf(resource, 'Id').split(':').at(-1) ?? '';
  const dash = arn.lastIndexOf('-');
  return {
    name: arn.slice(0, dash),
    accountId: scope.context.accountId,
    arnSuffix: arn.slice(dash + 1),
    homeRegion: scope.context.region,
    replicaRegions: parsed.data.ReplicaRegions.map(({ Region }) => Region),
    origin,
  };
}

function originOf({
  SecretString: text,
  GenerateSecretString: generate,
}: z.infer<typeof secretProperties>): SecretOrigin | undefined {
  if (generate === undefined) return text === undefined ? undefined : { kind: 'given', text };
  const rule = ruleOf(generate);
  if (rule === undefined) return undefined;
  const { SecretStringTemplate: template, GenerateStringKey: key } = generate;
  if (template === undefined || key === undefined) return { kind: 'generated', rule };
  return isJsonObject(template) ? { kind: 'generated', rule, within: { template, key } } : undefined;
}

/** Nothing where the template leaves no character, or fewer than there are kinds. */
function ruleOf(generate: GenerateProperties): PasswordRule | undefined {
  const kinds = [
    generate.ExcludeLowercase ? '' : LOWERCASE,
    generate.ExcludeUppercase ? '' : LOWERCASE.toUpperCase(),
    generate.ExcludeNumbers ? '' : DIGITS,
    generate.ExcludePunctuation ? '' : PUNCTUATION,
    generate.IncludeSpace ? ' ' : '',
  ];
  const alphabets = kinds
    .map((kind) => [...kind].filter((character) => !generate.ExcludeCharacters.includes(character)).join(''))
    .filter((kind) => kind !== '');
  const { PasswordLength: length, RequireEachIncludedType: requireEach } = generate;
  const isPossible = alphabets.length > 0 && (!requireEach || length >= alphabets.length);
  return isPossible ? { length, alphabets, requireEach } : undefined;
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
