import type { CfnWebACL } from 'aws-cdk-lib/aws-wafv2';
import { BODY_TOO_LARGE, TOO_MANY_REQUESTS } from './refusal-bodies.ts';

/** What the rules of a web ACL depend on. */
export interface WebAclRulesOptions {
  readonly name: string;
  readonly mode: 'count' | 'block';
  readonly rateLimitPerFiveMinutes: number;
  readonly bodyLimitBytes: number;
}

/**
 * How much of a body AWS WAF can be told to inspect in front of CloudFront.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-setting-body-inspection-limit.html
 */
const INSPECTION_LIMITS_BYTES = [16_384, 32_768, 49_152, 65_536] as const;
const INSPECTION_LIMIT_MAX_BYTES = 65_536;

/** Least wait before a refused address is let in again: AWS WAF counts anew every few seconds. */
const RETRY_AFTER_SECONDS = 60;

/**
 * AWS's rule groups, and of each what is counted instead of refused.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const MANAGED_GROUPS = [
  { group: 'AWSManagedRulesAmazonIpReputationList', countedRules: [] },
  { group: 'AWSManagedRulesKnownBadInputsRuleSet', countedRules: [] },
  // It refuses bodies over 8 KB, whatever the API accepts; our own rule knows the limit.
  { group: 'AWSManagedRulesCommonRuleSet', countedRules: ['SizeRestrictions_BODY'] },
] as const;

/** Bytes of a body that have to be inspected to tell whether it is larger than `bodyLimitBytes`, as far as there are. */
export function bodyInspectionLimitBytes(bodyLimitBytes: number): number {
  return INSPECTION_LIMITS_BYTES.find((limit) => bodyLimitBytes <= limit) ?? INSPECTION_LIMIT_MAX_BYTES;
}

/**
 * The rules, in the order in which they are asked: how often, how large, and then what AWS says of address and content.
 * A request that an earlier rule refuses is not counted by a later one, so that the rate is that of all requests.
 *
 * Where the API accepts bodies larger than AWS WAF can see, there is no rule for their size; the functions still have one.
 */
export function webAclRules(options: WebAclRulesOptions): CfnWebACL.RuleProperty[] {
  const { bodyLimitBytes } = options;
  const rules = [
    rateRule(options),
    ...(bodyLimitBytes <= INSPECTION_LIMIT_MAX_BYTES ? [sizeRule(options)] : []),
    ...MANAGED_GROUPS.map((managed) => managedRule(options, managed)),
  ];
  return rules.map((rule, priority) => ({ ...rule, priority }));
}

type RuleWithoutPriority = Omit<CfnWebACL.RuleProperty, 'priority'>;

/** @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html */
function rateRule(options: WebAclRulesOptions): RuleWithoutPriority {
  return {
    ...named(options, 'rate'),
    action: refusing(options.mode, {
      responseCode: 429,
      customResponseBodyKey: TOO_MANY_REQUESTS,
      responseHeaders: [
        READABLE,
        { name: 'retry-after', value: String(RETRY_AFTER_SECONDS) },
        { name: 'access-control-expose-headers', value: 'retry-after' },
      ],
    }),
    statement: {
      rateBasedStatement: {
        aggregateKeyType: 'IP',
        limit: options.rateLimitPerFiveMinutes,
        evaluationWindowSec: 300,
      },
    },
  };
}

/** @see https://docs.aws.amazon.com/waf/latest/APIReference/API_SizeConstraintStatement.html */
function sizeRule(options: WebAclRulesOptions): RuleWithoutPriority {
  return {
    ...named(options, 'body-size'),
    action: refusing(options.mode, {
      responseCode: 413,
      customResponseBodyKey: BODY_TOO_LARGE,
      responseHeaders: [READABLE],
    }),
    statement: {
      sizeConstraintStatement: {
        // What is too large to be inspected is larger than the limit, which is inspected as a whole.
        fieldToMatch: { body: { oversizeHandling: 'MATCH' } },
        comparisonOperator: 'GT',
        size: options.bodyLimitBytes,
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    },
  };
}

function managedRule(
  options: WebAclRulesOptions,
  { group, countedRules }: (typeof MANAGED_GROUPS)[number],
): RuleWithoutPriority {
  return {
    ...named(options, group),
    overrideAction: options.mode === 'block' ? { none: {} } : { count: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: 'AWS',
        name: group,
        ...(countedRules.length > 0 && {
          ruleActionOverrides: countedRules.map((name) => ({ name, actionToUse: { count: {} } })),
        }),
      },
    },
  };
}

/**
 * What lets a page of any origin read a refusal, which holds nothing that is anybody's: a browser would hide the answer
 * without it, and a client take the edge for lost.
 */
const READABLE = { name: 'access-control-allow-origin', value: '*' };

function refusing(
  mode: WebAclRulesOptions['mode'],
  customResponse: CfnWebACL.CustomResponseProperty,
): CfnWebACL.RuleActionProperty {
  return mode === 'block' ? { block: { customResponse } } : { count: {} };
}

function named({ name }: WebAclRulesOptions, rule: string) {
  return {
    name: rule,
    visibilityConfig: {
      metricName: `${name}-${rule}`,
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
    },
  };
}
