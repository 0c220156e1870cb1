import { z } from 'zod';
import type { CustomResourceEvent } from './custom-resource-event.ts';

/** What a function answered, read: the values of the resource, or why there are none. */
export type CustomResourceResponse =
  | { readonly values: Readonly<Record<string, string>> }
  | { readonly failure: string };

const responseSchema = z.object({
  Status: z.enum(['SUCCESS', 'FAILED']),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().min(1).max(1_024).optional(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  Data: z.record(z.string(), z.unknown()).nullish(),
});

/** Members that the function has to copy from its event. */
const COPIED = ['StackId', 'RequestId', 'LogicalResourceId'] as const;

/**
 * Reads the body that a custom resource's function sends to the response URL. `Ref` among the values is the physical
 * id; numbers and flags of `Data` become texts, as `Fn::GetAtt` gives them.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-responses.html
 */
export function readCustomResourceResponse(body: string, event: CustomResourceEvent): CustomResourceResponse {
  const parsed = responseSchema.safeParse(parseJson(body));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.join('.') || 'the body';
    return { failure: `answered what CloudFormation does not take: ${where} is wrong (${issue?.message})` };
  }
  const { data: response } = parsed;
  const other = COPIED.find((member) => response[member] !== event[member]);
  if (other !== undefined) return { failure: `answered with another ${other} than it was asked with` };
  if (response.Status === 'FAILED')
    return { failure: `answered FAILED: ${response.Reason ?? 'it gave no reason'}` };
  if (response.PhysicalResourceId === undefined) return { failure: 'answered without a PhysicalResourceId' };
  const attributes = Object.entries(response.Data ?? {}).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  const texts = attributes.map(([name, value]) => [name, String(value)] as const);
  return { values: { Ref: response.PhysicalResourceId, ...Object.fromEntries(texts) } };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
