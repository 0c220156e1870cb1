import { describe, expect, test } from 'vitest';
import { bodyInspectionLimitBytes } from '../../../src/infra/edge/web-acl-rules.ts';
import { edgeTemplate, onlyOf, TOO_LARGE } from './edge-fixture.ts';

const ACL = 'AWS::WAFv2::WebACL';

interface Rule {
  readonly Name: string;
  readonly Priority: number;
  readonly Action?: { readonly Block?: { readonly CustomResponse: Response }; readonly Count?: object };
  readonly OverrideAction?: object;
  readonly Statement: Record<string, Record<string, unknown>>;
  readonly VisibilityConfig: { readonly MetricName: string };
}

interface Response {
  readonly ResponseCode: number;
  readonly CustomResponseBodyKey: string;
  readonly ResponseHeaders: readonly { readonly Name: string; readonly Value: string }[];
}

const aclOf = (edge: object, http = {}) => Object(onlyOf(edgeTemplate({ edge, http }), ACL));
const rulesOf = (...settings: Parameters<typeof aclOf>): Rule[] => aclOf(...settings).Rules;
const rule = (rules: readonly Rule[], name: string) => rules.find(({ Name }) => Name === name);

const OUR_RULES = ['rate', 'body-size'];
const GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesCommonRuleSet',
];

describe('EdgeWebAcl', () => {
  test('is not there while waf is off', () => {
    const template = edgeTemplate({ edge: { waf: 'off' } });
    template.resourceCountIs(ACL, 0);
    const { DistributionConfig } = onlyOf(template, 'AWS::CloudFront::Distribution');
    expect(Object(DistributionConfig)).not.toHaveProperty('WebACLId');
  });

  test.each(['count', 'block'] as const)('stands in front of the distribution in mode %s', (waf) => {
    const template = edgeTemplate({ edge: { waf } });
    const [id] = Object.keys(template.findResources(ACL));
    const { DistributionConfig } = onlyOf(template, 'AWS::CloudFront::Distribution');
    expect(Object(DistributionConfig).WebACLId).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    expect(onlyOf(template, ACL)).toMatchObject({
      Name: 'shop-main-edge',
      Scope: 'CLOUDFRONT',
      DefaultAction: { Allow: {} },
    });
  });

  test.each(['count', 'block'] as const)('asks how often and how large first in mode %s', (waf) => {
    const rules = rulesOf({ waf });
    expect(rules.map(({ Name }) => Name)).toEqual([...OUR_RULES, ...GROUPS]);
    expect(rules.map(({ Priority }) => Priority)).toEqual([0, 1, 2, 3, 4]);
    const metrics = rules.map(({ VisibilityConfig }) => VisibilityConfig.MetricName);
    expect(new Set(metrics).size).toBe(rules.length);
    for (const metric of metrics) expect(metric).toMatch(/^[\w-]{1,128}$/);
  });

  test('refuses nothing in mode count', () => {
    const acl = aclOf({ waf: 'count' });
    expect(acl).not.toHaveProperty('CustomResponseBodies');
    for (const { Name, Action, OverrideAction } of acl.Rules as Rule[]) {
      if (OUR_RULES.includes(Name))
        expect([Action, OverrideAction], Name).toEqual([{ Count: {} }, undefined]);
      else expect([Action, OverrideAction], Name).toEqual([undefined, { Count: {} }]);
    }
  });

  test.each([
    ['rate', 429, { 'retry-after': '60' }],
    ['body-size', 413, {}],
  ])('refuses by the rule %s with %i and a problem in mode block', (name, status, headers) => {
    const acl = aclOf({ waf: 'block', rateLimitPerFiveMinutes: 1_234 });
    const { CustomResponse } = rule(acl.Rules, name)?.Action?.Block ?? {};
    expect(CustomResponse?.ResponseCode).toBe(status);
    expect(
      Object.fromEntries(CustomResponse?.ResponseHeaders.map(({ Name, Value }) => [Name, Value]) ?? []),
    ).toMatchObject({ 'access-control-allow-origin': '*', ...headers });
    const body = acl.CustomResponseBodies[CustomResponse?.CustomResponseBodyKey ?? ''];
    expect(body.ContentType).toBe('APPLICATION_JSON');
    const { detail, ...problem } = JSON.parse(body.Content);
    expect(problem).toMatchObject({ status, message: detail, retryable: status === 429 });
    expect(detail).toMatch(status === 429 ? /more than 1234 in five minutes/ : /larger than 4096 bytes/);
  });

  test('calls a body that is too large what the API calls it', () => {
    const { CustomResponseBodies } = aclOf({ waf: 'block' });
    expect(JSON.parse(CustomResponseBodies['body-too-large'].Content)).toMatchObject(TOO_LARGE);
  });

  test('keeps bodies of answers within what AWS WAF takes', () => {
    const { CustomResponseBodies } = aclOf({ waf: 'block', rateLimitPerFiveMinutes: 2_000_000_000 });
    for (const { Content } of Object.values<{ Content: string }>(CustomResponseBodies))
      expect(Buffer.byteLength(Content)).toBeLessThan(4_096);
  });

  test.each(['count', 'block'] as const)("leaves AWS's rule groups to AWS in mode %s, but one", (waf) => {
    const rules = rulesOf({ waf });
    for (const group of GROUPS) {
      const { OverrideAction, Statement } = rule(rules, group) ?? {};
      expect(OverrideAction).toEqual(waf === 'block' ? { None: {} } : { Count: {} });
      expect(Statement).toEqual({
        ManagedRuleGroupStatement: {
          VendorName: 'AWS',
          Name: group,
          // It would refuse bodies over 8 KB, whatever the API accepts.
          ...(group === 'AWSManagedRulesCommonRuleSet' && {
            RuleActionOverrides: [{ Name: 'SizeRestrictions_BODY', ActionToUse: { Count: {} } }],
          }),
        },
      });
    }
  });

  test.each([10, 30_000, 2_000_000_000])('lets an address make %i requests in 300 s', (limit) => {
    const rules = rulesOf({ waf: 'block', rateLimitPerFiveMinutes: limit });
    expect(rule(rules, 'rate')?.Statement).toEqual({
      RateBasedStatement: { AggregateKeyType: 'IP', EvaluationWindowSec: 300, Limit: limit },
    });
  });

  test.each([
    [1, undefined],
    [16_384, undefined],
    [16_385, 'KB_32'],
    [40_000, 'KB_48'],
    [65_536, 'KB_64'],
  ])(
    'lets bodies of %i bytes through and no larger ones, and inspects as much as that takes',
    (limit, inspected) => {
      const acl = aclOf({ waf: 'block' }, { bodyLimitBytes: limit });
      expect(rule(acl.Rules, 'body-size')?.Statement).toEqual({
        SizeConstraintStatement: {
          FieldToMatch: { Body: { OversizeHandling: 'MATCH' } },
          ComparisonOperator: 'GT',
          Size: limit,
          TextTransformations: [{ Priority: 0, Type: 'NONE' }],
        },
      });
      expect(acl.AssociationConfig).toEqual(
        inspected && { RequestBody: { CLOUDFRONT: { DefaultSizeInspectionLimit: inspected } } },
      );
    },
  );

  test('has no rule for sizes that AWS WAF cannot tell apart', () => {
    const rules = rulesOf({ waf: 'block' }, { bodyLimitBytes: 65_537 });
    expect(rules.map(({ Name }) => Name)).toEqual(['rate', ...GROUPS]);
    expect(rules.map(({ Priority }) => Priority)).toEqual([0, 1, 2, 3]);
  });
});

test.each([
  [1, 16_384],
  [16_384, 16_384],
  [16_385, 32_768],
  [32_769, 49_152],
  [49_153, 65_536],
  [200_000, 65_536],
])('bodyInspectionLimitBytes() of a limit of %i is %i', (limit, expected) => {
  expect(bodyInspectionLimitBytes(limit)).toBe(expected);
});
