import { z } from 'zod';
import type { BlockAction, WebAclAction, WebAclDefinition, WebAclRule } from '../edge/web-acl-definition.ts';
import { isRecord } from '../json-value.ts';
import { attributeOf, cfnNumber, type DeployedResource } from './deployed-resource.ts';
import type { NotEmulatedList } from './resolved-region.ts';

/** The resource type that becomes a web ACL. */
export const WEB_ACL_TYPE = 'AWS::WAFv2::WebACL';

/** What WAF inspects of a body behind CloudFront unless the web ACL says otherwise, and what one step of that is. */
const INSPECTED_KB_DEFAULT = 16;
const BYTES_PER_KB = 1_024;

const action = z.record(z.string(), z.unknown());
const ruleSchema = z.object({
  Name: z.string(),
  Priority: cfnNumber,
  Statement: z.record(z.string(), z.unknown()),
  Action: action.optional(),
});
const rateSchema = z.strictObject({
  Limit: cfnNumber.pipe(z.number().int().positive()),
  EvaluationWindowSec: cfnNumber.pipe(z.number().int().positive()).default(300),
  AggregateKeyType: z.literal('IP'),
});
const sizeSchema = z.strictObject({
  FieldToMatch: z.strictObject({
    Body: z.strictObject({ OversizeHandling: z.enum(['CONTINUE', 'MATCH', 'NO_MATCH']).default('CONTINUE') }),
  }),
  ComparisonOperator: z.enum(['EQ', 'NE', 'LE', 'LT', 'GE', 'GT']),
  Size: cfnNumber.pipe(z.number().int().min(0)),
  // Of a size nothing but NONE leaves the body as it is.
  TextTransformations: z.array(z.object({ Type: z.literal('NONE'), Priority: cfnNumber })).min(1),
});
const aclSchema = z.object({
  Name: z.string().optional(),
  Scope: z.literal('CLOUDFRONT'),
  DefaultAction: action,
  Rules: z.array(ruleSchema).default([]),
  CustomResponseBodies: z
    .record(z.string(), z.object({ Content: z.string(), ContentType: z.string() }))
    .default({}),
  AssociationConfig: z
    .object({
      RequestBody: z
        .object({
          CLOUDFRONT: z.object({ DefaultSizeInspectionLimit: z.string().regex(/^KB_\d{2}$/) }).optional(),
        })
        .optional(),
    })
    .optional(),
});

type Rule = z.infer<typeof ruleSchema>;

/**
 * The web ACL of an ARN: rate rules by address and size rules of the body, in their order. Other rules, managed groups
 * among them, are named in `notEmulated`; nothing where the templates have no such web ACL that can be read.
 */
export function webAclOf(
  resources: readonly DeployedResource[],
  { webAclArn, notEmulated }: { webAclArn: string; notEmulated: NotEmulatedList },
): WebAclDefinition | undefined {
  const acl = resources.find((each) => each.Type === WEB_ACL_TYPE && attributeOf(each, 'Arn') === webAclArn);
  if (acl === undefined) return undefined;
  const { scope, logicalId } = acl;
  const read = Object.keys(aclSchema.shape).map((name) => [name, scope.property(logicalId, name)]);
  const parsed = aclSchema.safeParse(Object.fromEntries(read));
  if (!parsed.success) return undefined;
  const { Name, Rules, CustomResponseBodies: bodies, DefaultAction, AssociationConfig } = parsed.data;
  const inspected = AssociationConfig?.RequestBody?.CLOUDFRONT?.DefaultSizeInspectionLimit;
  const defaultAction = webAclAction(DefaultAction, bodies);
  if (defaultAction === undefined) return undefined;
  const rules = Rules.toSorted((a, b) => a.Priority - b.Priority).flatMap((rule) => {
    const known = ruleOf(rule, bodies);
    if (known === undefined) notEmulated.add(`${WEB_ACL_TYPE} rule ${describe(rule)}`, logicalId);
    return known === undefined ? [] : [known];
  });
  return {
    name: Name ?? logicalId,
    defaultAction,
    bodyBytesInspected: Number(inspected?.slice('KB_'.length) ?? INSPECTED_KB_DEFAULT) * BYTES_PER_KB,
    rules,
  };
}

function ruleOf({ Name: name, Statement, Action }: Rule, bodies: CustomBodies): WebAclRule | undefined {
  const action: WebAclAction | undefined = Action && webAclAction(Action, bodies);
  const statement = statementOf(Statement);
  return action === undefined || statement === undefined ? undefined : { name, statement, action };
}

function statementOf({
  RateBasedStatement,
  SizeConstraintStatement,
}: Rule['Statement']): WebAclRule['statement'] | undefined {
  const rate = rateSchema.safeParse(RateBasedStatement);
  if (rate.success)
    return { kind: 'rate', limit: rate.data.Limit, windowSeconds: rate.data.EvaluationWindowSec };
  const size = sizeSchema.safeParse(SizeConstraintStatement);
  if (!size.success) return undefined;
  const { ComparisonOperator: operator, Size: bytes, FieldToMatch } = size.data;
  return { kind: 'size', operator, bytes, oversize: FieldToMatch.Body.OversizeHandling };
}

/** A managed group by its own name, anything else by the rule's. */
function describe({ Name, Statement }: Rule): string {
  const group = Statement.ManagedRuleGroupStatement;
  return isRecord(group) && typeof group.Name === 'string' ? group.Name : Name;
}

/** The bodies that actions of a web ACL refer to by key. */
type CustomBodies = Readonly<Record<string, { readonly Content: string; readonly ContentType: string }>>;

/** https://docs.aws.amazon.com/waf/latest/APIReference/API_CustomResponseBody.html */
const CONTENT_TYPES: Readonly<Record<string, string>> = {
  APPLICATION_JSON: 'application/json',
  TEXT_HTML: 'text/html',
  TEXT_PLAIN: 'text/plain',
};

const blockSchema = z.object({
  CustomResponse: z
    .object({
      ResponseCode: cfnNumber.pipe(z.number().int().min(200).max(599)),
      CustomResponseBodyKey: z.string().optional(),
      ResponseHeaders: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
    })
    .optional(),
});

/** The answer where a template gives none: CloudFront shows a page of its own. */
const REFUSAL: BlockAction = {
  kind: 'block',
  status: 403,
  headers: ['content-type', 'text/html'],
  body: '<!doctype html><title>403</title><p>The web ACL of the edge refused this request.</p>\n',
};

/** What an action of a template does, or nothing where that is not emulated, such as a captcha. */
function webAclAction(
  action: Readonly<Record<string, unknown>>,
  bodies: CustomBodies,
): WebAclAction | undefined {
  if (action.Count !== undefined) return { kind: 'count' };
  if (action.Allow !== undefined) return { kind: 'allow' };
  const block = blockSchema.safeParse(action.Block);
  if (!block.success) return undefined;
  const { CustomResponse: response } = block.data;
  if (response === undefined) return REFUSAL;
  const { ResponseCode: status, CustomResponseBodyKey: key, ResponseHeaders: added } = response;
  const body = key === undefined ? undefined : bodies[key];
  if (key !== undefined && body === undefined) return undefined;
  const own = added.flatMap(({ Name, Value }) => [Name.toLowerCase(), Value]);
  const hasType = own.some((text, index) => index % 2 === 0 && text === 'content-type');
  const type = body === undefined ? undefined : CONTENT_TYPES[body.ContentType];
  return {
    kind: 'block',
    status,
    headers: [...(hasType || type === undefined ? [] : ['content-type', type]), ...own],
    body: body?.Content ?? '',
  };
}
