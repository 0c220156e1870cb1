import { z } from 'zod';
import type { BlockAction, WebAclAction } from '../edge/web-acl-definition.ts';
import { cfnNumber } from './deployed-resource.ts';

/** The bodies that actions of a web ACL refer to by key. */
export type CustomBodies = Readonly<
  Record<string, { readonly Content: string; readonly ContentType: string }>
>;

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
export function webAclAction(
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
