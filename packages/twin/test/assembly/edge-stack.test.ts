import { describe, expect, test } from 'vitest';
import { functionWith, resolveFiles, templateWith } from './assembly-fixture.ts';
import {
  distributionOf,
  EDGE_RECORDS,
  EDGE_REGION,
  HEADERS,
  resolveEdge,
  secretOf,
  webAclResource,
} from './edge-fixture.ts';

const EDGE = {
  Certificate: { Type: 'AWS::CertificateManager::Certificate' },
  Headers: HEADERS,
  Secret: secretOf('gsp-main/origin-secret-a', ['eu-west-1', 'eu-central-1']),
  Cdn: distributionOf(),
  ...EDGE_RECORDS,
};

const typesOf = ({ notEmulated }: ReturnType<typeof resolveEdge>) =>
  notEmulated.map(({ type }) => type).filter((type) => !type.includes('run by Node.js'));

describe('resolveAssembly() reads an edge of another region', () => {
  test('as one distribution in front of the region, and not as a part of it', () => {
    const { distributions, functions, httpApis, outputs, region } = resolveEdge(EDGE);
    expect({ region, outputs, apis: httpApis.length, functions: functions.length }).toEqual({
      ...{ region: 'eu-west-1', outputs: {}, apis: 0, functions: 1 },
    });
    expect(distributions).toEqual([
      {
        id: expect.stringMatching(/^E[A-Z0-9]{13}$/),
        domainName: expect.stringMatching(/^d[a-z0-9]{13}\.cloudfront\.net$/),
        aliases: ['edge.api.gsp.test'],
        originName: 'api.gsp.test',
        originPath: '',
        originHeaders: [
          {
            name: 'x-origin-verify',
            value: '{{resolve:secretsmanager:gsp-main/origin-secret-a:SecretString}}',
          },
        ],
        allowedMethods: ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'],
        responseHeaders: {
          set: [
            { name: 'x-content-type-options', value: 'nosniff', override: true },
            { name: 'referrer-policy', value: 'no-referrer', override: false },
            {
              name: 'strict-transport-security',
              value: 'max-age=63072000; includeSubDomains',
              override: true,
            },
            { name: 'x-edge', value: 'yes', override: true },
          ],
          remove: ['server'],
        },
      },
    ]);
  });

  test('with its records, which lead to the distribution', () => {
    const { route53, distributions } = resolveEdge(EDGE);
    const target = { kind: 'alias', name: distributions[0]?.domainName, evaluateTargetHealth: false };
    expect(route53.records).toEqual(
      ['A', 'AAAA'].map((type) => ({
        ...{ zoneId: 'Z00000000000000LOCAL', name: 'edge.api.gsp.test', type, target },
        routing: { policy: 'simple' },
      })),
    );
  });

  test('with its secrets, at home where the stack is, and without a value', () => {
    const { secrets } = resolveEdge(EDGE);
    expect(secrets).toEqual([
      {
        name: 'gsp-main/origin-secret-a',
        accountId: '123456789012',
        arnSuffix: expect.stringMatching(/^[a-z0-9]{6}$/),
        homeRegion: EDGE_REGION,
        replicaRegions: ['eu-west-1', 'eu-central-1'],
        origin: {
          kind: 'generated',
          rule: {
            length: 48,
            alphabets: ['abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', '0123456789'],
            requireEach: true,
          },
        },
      },
    ]);
  });

  test('with its web ACL, rules in the order of their priority, and names the managed groups', () => {
    const resolved = resolveEdge({
      ...EDGE,
      Cdn: distributionOf({ webAcl: true }),
      Acl: webAclResource('block'),
    });
    const block = (status: number) => ({
      ...{ kind: 'block', status, body: '{"title":"refused"}' },
      headers: ['content-type', 'application/json', 'retry-after', '60'],
    });
    expect(resolved.distributions[0]?.webAcl).toEqual({
      name: 'gsp-main-edge',
      defaultAction: { kind: 'allow' },
      bodyBytesInspected: 16_384,
      rules: [
        { name: 'rate', statement: { kind: 'rate', limit: 10, windowSeconds: 300 }, action: block(429) },
        {
          name: 'body-size',
          statement: { kind: 'size', operator: 'GT', bytes: 100, oversize: 'MATCH' },
          action: block(413),
        },
      ],
    });
    expect(typesOf(resolved)).toEqual([
      'AWS::CertificateManager::Certificate (the twin has no TLS) in us-east-1',
      'AWS::WAFv2::WebACL rule AWSManagedRulesCommonRuleSet',
    ]);
  });

  test('and counts where the rules count', () => {
    const Acl = webAclResource('count');
    const { distributions } = resolveEdge({ ...EDGE, Cdn: distributionOf({ webAcl: true }), Acl });
    expect(distributions[0]?.webAcl?.rules.map(({ action }) => action)).toEqual([
      { kind: 'count' },
      { kind: 'count' },
    ]);
  });

  test.each<[string, object]>([
    ['a rate by another key', { RateBasedStatement: { Limit: 10, AggregateKeyType: 'FORWARDED_IP' } }],
    [
      'a rate of some requests only',
      { RateBasedStatement: { Limit: 10, AggregateKeyType: 'IP', ScopeDownStatement: {} } },
    ],
    ['a match of the address', { IPSetReferenceStatement: { Arn: 'arn' } }],
  ])('and names %s by its rule', (_, Statement) => {
    const rules = [{ Name: 'odd', Priority: 9, Action: { Count: {} }, Statement }];
    const Acl = webAclResource('count', { rules });
    const resolved = resolveEdge({ ...EDGE, Cdn: distributionOf({ webAcl: true }), Acl });
    expect(resolved.distributions[0]?.webAcl?.rules).toHaveLength(2);
    expect(typesOf(resolved)).toContain('AWS::WAFv2::WebACL rule odd');
  });

  test('and puts the twin’s address in place of the edge’s, in any region’s texts', () => {
    const backend = templateWith({
      URL: 'https://edge.api.gsp.test/items',
      OTHER: 'https://xedge.api.gsp.test',
    });
    const edgeEndpoints = new Map([['edge.api.gsp.test', 'http://127.0.0.1:4010']]);
    const { functions } = resolveEdge({}, { backend, edgeEndpoints });
    expect(functions[0]?.environment).toEqual({
      URL: 'http://127.0.0.1:4010/items',
      OTHER: 'https://xedge.api.gsp.test',
    });
  });

  test('and does not take it for the region’s own where that is us-east-1 too', () => {
    const { distributions, secrets, httpApis } = resolveEdge(EDGE, { region: EDGE_REGION });
    expect([distributions.length, secrets.length, httpApis.length]).toEqual([1, 1, 0]);
  });

  test.each<[string, object, string]>([
    ['is not enabled', { config: { Enabled: false } }, 'Enabled false'],
    ['has no origin', { config: { Origins: [] } }, '0 origins'],
    ['reads a bucket', { origin: { CustomOriginConfig: undefined } }, 'an origin that is no custom one'],
    [
      'sends what only AWS knows',
      { origin: { OriginCustomHeaders: [{ HeaderName: 'x', HeaderValue: '{{resolve:ssm:/a}}' }] } },
      'an origin that only AWS knows',
    ],
    ['is in an unknown form', { config: { Origins: 'none' } }, 'a configuration in an unknown form'],
  ])('and names a distribution that %s, and the records that lead to it', (_, changes, obstacle) => {
    const resolved = resolveEdge({ ...EDGE, Cdn: distributionOf({}, changes) });
    expect(resolved.distributions).toEqual([]);
    expect(resolved.route53.records).toEqual([]);
    expect(typesOf(resolved)).toEqual(
      expect.arrayContaining([
        `AWS::CloudFront::Distribution with ${obstacle}`,
        'AWS::Route53::RecordSet with a target that only AWS knows',
      ]),
    );
  });

  test('and names what of a distribution has no effect', () => {
    const Cdn = distributionOf(
      {},
      {
        config: {
          CacheBehaviors: [{ PathPattern: '/a' }],
          Logging: { Bucket: 'b' },
          CustomErrorResponses: [{ ErrorCode: 404, ResponsePagePath: '/404' }],
          WebACLId: 'arn:elsewhere',
        },
        behavior: {
          CachePolicyId: 'mine',
          OriginRequestPolicyId: 'mine',
          ResponseHeadersPolicyId: 'mine',
          Compress: true,
        },
      },
    );
    const resolved = resolveEdge({ ...EDGE, Cdn });
    expect(resolved.distributions).toHaveLength(1);
    expect(typesOf(resolved).filter((type) => type.startsWith('AWS::CloudFront'))).toEqual([
      'AWS::CloudFront::Distribution CacheBehaviors',
      'AWS::CloudFront::Distribution Compress',
      'AWS::CloudFront::Distribution CustomErrorResponses',
      'AWS::CloudFront::Distribution Logging',
      'AWS::CloudFront::Distribution OriginRequestPolicyId (everything but the Host is passed on)',
      'AWS::CloudFront::Distribution ResponseHeadersPolicyId of a policy that is not in the templates',
      'AWS::CloudFront::Distribution WebACLId of a web ACL that is not run',
      'AWS::CloudFront::Distribution caching (no answer is kept)',
    ]);
  });

  test.each<[string, object]>([
    ['no character is left', { ExcludeLowercase: true, ExcludeUppercase: true, ExcludeNumbers: true }],
    ['it is too short for every kind', { PasswordLength: 2 }],
    ['what it goes into is no JSON object', { SecretStringTemplate: '[', GenerateStringKey: 'k' }],
  ])('and names a secret where %s', (_, generate) => {
    const resolved = resolveEdge({ Secret: secretOf('s', [], generate) });
    expect(resolved.secrets).toEqual([]);
    expect(typesOf(resolved)).toContain('AWS::SecretsManager::Secret with a value that only AWS can give');
  });

  test('and survives a trip through JSON', () => {
    const Acl = webAclResource('block');
    const resolved = resolveEdge({ ...EDGE, Cdn: distributionOf({ webAcl: true }), Acl });
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved);
  });
});

describe('resolveAssembly() names what breaks regions on purpose, and starts all the same', () => {
  test('a layer, what runs before the function, experiments and their bucket', () => {
    const variables = {
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/aws-fis/bootstrap',
      AWS_FIS_CONFIGURATION_LOCATION: {
        'Fn::Join': ['', [{ 'Fn::GetAtt': ['Faults', 'Arn'] }, '/FisConfigs/']],
      },
    };
    const layers = { Layers: ['{{resolve:ssm:/aws/service/aws-fis/lambda-extension}}'] };
    const Resources = {
      F: functionWith(variables, layers),
      Faults: { Type: 'AWS::S3::Bucket' },
      Template: { Type: 'AWS::FIS::ExperimentTemplate', Properties: { Actions: {} } },
    };
    const Outputs = { Experiment: { Value: { Ref: 'Template' } } };
    const resolved = resolveFiles({ 'Root.template.json': { Resources, Outputs } });
    expect(resolved.functions[0]?.environment.AWS_FIS_CONFIGURATION_LOCATION).toMatch(
      /^arn:aws:s3:::root-faults-[a-z0-9]+\/FisConfigs\/$/,
    );
    expect(resolved.outputs.Experiment).toMatch(/^EXT[a-z0-9]{15}$/);
    expect(typesOf(resolved)).toEqual([
      'AWS::FIS::ExperimentTemplate',
      'AWS::Lambda::Function AWS_LAMBDA_EXEC_WRAPPER',
      'AWS::Lambda::Function Layers',
      'AWS::S3::Bucket',
    ]);
  });
});
