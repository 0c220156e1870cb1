import { z } from 'zod';
import type { DistributionDefinition } from '../edge/distribution-definition.ts';
import { replaceSecretReferences } from '../secrets-manager/secret-reference.ts';
import { attributeOf, cfnBoolean, type DeployedResource, refOf } from './deployed-resource.ts';
import { comparableName } from './hosted-zones-of.ts';
import { isSwitchedOn, type NotEmulatedList } from './resolved-region.ts';
import { unavailablePart } from './resource-values.ts';
import { NO_RESPONSE_HEADERS, responseHeadersOf } from './response-headers-of.ts';
import { webAclOf } from './web-acl-of.ts';

/** The resource type that becomes the edge. */
export const DISTRIBUTION_TYPE = 'AWS::CloudFront::Distribution';

/**
 * The managed policies that say what happens here anyway: nothing is kept, and everything but the Host goes on.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
 */
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

/** Parts of a distribution, and of its behavior, that change what is answered on AWS and do nothing here. */
const NOT_HONOURED = [
  'CacheBehaviors',
  'ContinuousDeploymentPolicyId',
  'DefaultRootObject',
  'Logging',
  'OriginGroups',
];
const BEHAVIOR_NOT_HONOURED = [
  'Compress',
  'FunctionAssociations',
  'GrpcConfig',
  'LambdaFunctionAssociations',
];

const configSchema = z.object({
  Enabled: cfnBoolean,
  Aliases: z.array(z.string()).default([]),
  Origins: z.array(
    z.object({
      DomainName: z.string().min(1),
      OriginPath: z.string().default(''),
      OriginCustomHeaders: z
        .array(z.object({ HeaderName: z.string().min(1), HeaderValue: z.string() }))
        .default([]),
      CustomOriginConfig: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  DefaultCacheBehavior: z.looseObject({
    AllowedMethods: z.array(z.string()).default(['GET', 'HEAD']),
    CachePolicyId: z.string().optional(),
    OriginRequestPolicyId: z.string().optional(),
    ResponseHeadersPolicyId: z.string().optional(),
  }),
  CustomErrorResponses: z.array(z.looseObject({ ResponsePagePath: z.string().optional() })).default([]),
  WebACLId: z.string().default(''),
});

type Config = z.infer<typeof configSchema>;

/** The distributions that the twin can be the edge of, and CloudFront's names of the others. */
export interface Distributions {
  readonly distributions: DistributionDefinition[];
  /** Names that records may lead to, and that nobody answers here. */
  readonly unserved: ReadonlySet<string>;
}

/**
 * The distributions of templates. One in a form that the twin cannot run, and what of the others it does not honour, is
 * named in `notEmulated`.
 */
export function distributionsOf(
  resources: readonly DeployedResource[],
  notEmulated: NotEmulatedList,
): Distributions {
  const distributions: DistributionDefinition[] = [];
  const unserved = new Set<string>();
  for (const resource of resources) {
    if (resource.Type !== DISTRIBUTION_TYPE) continue;
    const config = configSchema.safeParse(resource.scope.property(resource.logicalId, 'DistributionConfig'));
    const unsupported = config.success
      ? unsupportedReason(config.data)
      : 'a configuration in an unknown form';
    if (config.success && unsupported === undefined) {
      distributions.push(distributionOf(resource, { config: config.data, resources, notEmulated }));
    } else {
      notEmulated.add(`${DISTRIBUTION_TYPE} with ${unsupported}`, resource.logicalId);
      unserved.add(domainNameOf(resource));
    }
  }
  return { distributions, unserved };
}

/** Why a distribution cannot be run here, or nothing. */
function unsupportedReason({ Enabled, Origins, Aliases }: Config): string | undefined {
  const [origin, ...others] = Origins;
  if (!Enabled) return 'Enabled false';
  if (origin === undefined || others.length > 0) return `${Origins.length} origins`;
  if (origin.CustomOriginConfig === undefined) return 'an origin that is no custom one';
  const texts = [
    origin.DomainName,
    ...Aliases,
    ...origin.OriginCustomHeaders.map(({ HeaderValue }) => replaceSecretReferences(HeaderValue, () => '')),
  ];
  return unavailablePart(texts) === undefined ? undefined : 'an origin that only AWS knows';
}

function distributionOf(
  resource: DeployedResource,
  {
    config,
    resources,
    notEmulated,
  }: { config: Config; resources: readonly DeployedResource[]; notEmulated: NotEmulatedList },
): DistributionDefinition {
  const { Aliases, Origins, DefaultCacheBehavior: behavior, WebACLId: webAclArn } = config;
  const [origin] = Origins;
  const name = (part: string) => notEmulated.add(`${DISTRIBUTION_TYPE} ${part}`, resource.logicalId);
  noteParts(resource, config, name);
  const webAcl = webAclArn === '' ? undefined : webAclOf(resources, { webAclArn, notEmulated });
  if (webAclArn !== '' && webAcl === undefined) name('WebACLId of a web ACL that is not run');
  const { ResponseHeadersPolicyId: policyId } = behavior;
  const policy =
    policyId === undefined ? NO_RESPONSE_HEADERS : responseHeadersOf(resources, { policyId, notEmulated });
  if (policy === undefined) name('ResponseHeadersPolicyId of a policy that is not in the templates');
  return {
    id: refOf(resource),
    domainName: domainNameOf(resource),
    aliases: Aliases.map(comparableName),
    originName: comparableName(origin?.DomainName ?? ''),
    originPath: origin?.OriginPath ?? '',
    originHeaders: (origin?.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }) => ({
      name: HeaderName.toLowerCase(),
      value: HeaderValue,
    })),
    allowedMethods: behavior.AllowedMethods,
    responseHeaders: policy ?? NO_RESPONSE_HEADERS,
    ...(webAcl && { webAcl }),
  };
}

function noteParts(
  { scope, logicalId }: DeployedResource,
  { DefaultCacheBehavior: behavior, CustomErrorResponses }: Config,
  name: (part: string) => void,
): void {
  const whole = z.record(z.string(), z.unknown()).parse(scope.property(logicalId, 'DistributionConfig'));
  for (const part of NOT_HONOURED) if (isSwitchedOn(whole[part])) name(part);
  for (const part of BEHAVIOR_NOT_HONOURED) if (isSwitchedOn(behavior[part])) name(part);
  // One without a page says only how long an error is kept, and nothing is kept here.
  if (CustomErrorResponses.some(({ ResponsePagePath }) => ResponsePagePath !== undefined))
    name('CustomErrorResponses');
  if (behavior.CachePolicyId !== CACHING_DISABLED) name('caching (no answer is kept)');
  if (behavior.OriginRequestPolicyId !== ALL_VIEWER_EXCEPT_HOST_HEADER)
    name('OriginRequestPolicyId (everything but the Host is passed on)');
}

function domainNameOf(resource: DeployedResource): string {
  return attributeOf(resource, 'DomainName').toLowerCase();
}
