import { resolveAssembly } from '../../src/assembly/resolve-assembly.ts';
import type { ResolvedRegion } from '../../src/assembly/resolved-region.ts';
import { templateWith, writeAssembly } from './assembly-fixture.ts';
import { recordOf, ZONE } from './route53-fixture.ts';

/** The region in which an edge is deployed. */
export const EDGE_REGION = 'us-east-1';

const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

/** A secret that Secrets Manager makes up, with replicas in these regions. */
export function secretOf(Name: string, regions: readonly string[], generate: object = {}): object {
  return {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Name,
      GenerateSecretString: { PasswordLength: 48, ExcludePunctuation: true, ...generate },
      ReplicaRegions: regions.map((Region) => ({ Region })),
    },
  };
}

/** A distribution in front of `api.gsp.test` that sends the secret of a slot, and what differs from that. */
export function distributionOf(
  { slot = 'a', webAcl = false }: { slot?: string; webAcl?: boolean } = {},
  changes: { config?: object; behavior?: object; origin?: object } = {},
): object {
  const origin = {
    Id: 'Origin',
    DomainName: 'api.gsp.test',
    CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    OriginCustomHeaders: [
      {
        HeaderName: 'x-origin-verify',
        HeaderValue: `{{resolve:secretsmanager:gsp-main/origin-secret-${slot}:SecretString}}`,
      },
    ],
    ...changes.origin,
  };
  return {
    Type: 'AWS::CloudFront::Distribution',
    Properties: {
      DistributionConfig: {
        Enabled: true,
        Aliases: ['edge.api.gsp.test'],
        Origins: [origin],
        DefaultCacheBehavior: {
          TargetOriginId: 'Origin',
          AllowedMethods: ALL_METHODS,
          CachePolicyId: CACHING_DISABLED,
          OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
          ResponseHeadersPolicyId: { Ref: 'Headers' },
          ViewerProtocolPolicy: 'https-only',
          ...changes.behavior,
        },
        CustomErrorResponses: [{ ErrorCode: 404, ErrorCachingMinTTL: 0 }],
        ViewerCertificate: { AcmCertificateArn: { Ref: 'Certificate' } },
        ...(webAcl && { WebACLId: { 'Fn::GetAtt': ['Acl', 'Arn'] } }),
        ...changes.config,
      },
    },
  };
}

const REFUSED = { Content: '{"title":"refused"}', ContentType: 'APPLICATION_JSON' };

/** A web ACL with a rate rule, a size rule and a managed group, which refuse or count. */
export function webAclResource(
  mode: 'count' | 'block',
  { limit = 10, size = 100, rules = [] as readonly object[] } = {},
): object {
  const refusing = (ResponseCode: number) =>
    mode === 'count'
      ? { Count: {} }
      : {
          Block: {
            CustomResponse: {
              ResponseCode,
              CustomResponseBodyKey: 'refused',
              ResponseHeaders: [{ Name: 'retry-after', Value: '60' }],
            },
          },
        };
  const body = { Body: { OversizeHandling: 'MATCH' } };
  const none = [{ Priority: 0, Type: 'NONE' }];
  const sizeStatement = {
    FieldToMatch: body,
    ComparisonOperator: 'GT',
    Size: size,
    TextTransformations: none,
  };
  const group = { ManagedRuleGroupStatement: { VendorName: 'AWS', Name: 'AWSManagedRulesCommonRuleSet' } };
  return {
    Type: 'AWS::WAFv2::WebACL',
    Properties: {
      Name: 'gsp-main-edge',
      Scope: 'CLOUDFRONT',
      DefaultAction: { Allow: {} },
      ...(mode === 'block' && { CustomResponseBodies: { refused: REFUSED } }),
      Rules: [
        {
          ...{ Name: 'body-size', Priority: 1, Action: refusing(413) },
          Statement: { SizeConstraintStatement: sizeStatement },
        },
        {
          ...{ Name: 'rate', Priority: 0, Action: refusing(429) },
          Statement: { RateBasedStatement: { Limit: limit, AggregateKeyType: 'IP' } },
        },
        { Name: 'common', Priority: 2, OverrideAction: { None: {} }, Statement: group },
        ...rules,
      ],
    },
  };
}

/** The records of the edge's name. */
export const EDGE_RECORDS = Object.fromEntries(
  ['A', 'AAAA'].map((Type) => [
    Type,
    recordOf({
      ...{ Name: 'edge.api.gsp.test.', Type },
      AliasTarget: { DNSName: { 'Fn::GetAtt': ['Cdn', 'DomainName'] }, HostedZoneId: 'Z2FDTNDATAQYW2' },
    }),
  ]),
);

/** A response headers policy that sets, leaves alone and removes. */
export const HEADERS = {
  Type: 'AWS::CloudFront::ResponseHeadersPolicy',
  Properties: {
    ResponseHeadersPolicyConfig: {
      Name: 'headers',
      SecurityHeadersConfig: {
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 63_072_000,
          IncludeSubdomains: true,
          Override: true,
        },
        ContentTypeOptions: { Override: true },
        ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: false },
      },
      CustomHeadersConfig: { Items: [{ Header: 'X-Edge', Value: 'yes', Override: true }] },
      RemoveHeadersConfig: { Items: [{ Header: 'Server' }] },
    },
  },
};

/** Files of an assembly whose backend is for any region and whose edge is for us-east-1. */
export function edgeFiles(edge: object, backend: object = templateWith({})): Record<string, unknown> {
  const stack = (templateFile: string, region: string): object => ({
    type: 'aws:cloudformation:stack',
    environment: `aws://unknown-account/${region}`,
    properties: { templateFile, stackName: templateFile.split('.')[0] },
  });
  const artifacts = {
    Backend: stack('Backend.template.json', 'unknown-region'),
    Edge: stack('Edge.template.json', EDGE_REGION),
  };
  return {
    'manifest.json': { version: '55.0.0', artifacts },
    'Backend.template.json': backend,
    'Edge.template.json': { Resources: edge },
  };
}

/** Resolves an assembly with these resources in the edge's stack, for eu-west-1 unless told otherwise. */
export function resolveEdge(
  edge: object,
  {
    backend,
    region = 'eu-west-1',
    edgeEndpoints = new Map(),
  }: { backend?: object; region?: string; edgeEndpoints?: ReadonlyMap<string, string> } = {},
): ResolvedRegion {
  return resolveAssembly(writeAssembly(edgeFiles(edge, backend)), {
    ...{ region, accountId: '123456789012', hostedZones: [ZONE], edgeEndpoints },
    apiEndpoint: () => 'http://127.0.0.1:4011',
  });
}
