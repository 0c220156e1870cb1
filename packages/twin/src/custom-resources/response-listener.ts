import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { listen } from '../dynamodb/protocol/listener.ts';
import type { CustomResourceEvent } from './custom-resource-definition.ts';

/** Takes the answers of custom resources, as the pre-signed S3 address does to which CloudFormation has them sent. */
export interface ResponseListener {
  /** A new address, and the body of the first PUT to it. */
  expect(): { readonly url: string; readonly body: Promise<string> };
  close(): Promise<void>;
}

/** CloudFormation's limit is 4,096 bytes; more than that is read only to say so. */
const BODY_BYTES_MAX = 4_096;

/**
 * Listens on a free loopback port. The path of an address cannot be guessed, so that no other program of this
 * machine answers in a function's place.
 */
export async function startResponseListener(): Promise<ResponseListener> {
  const expected = new Map<string, (body: string) => void>();
  const listener = await listen({ host: '127.0.0.1', port: 0 }, (request, response) =>
    take(request, response, expected),
  );
  return {
    expect() {
      const path = `/${randomBytes(24).toString('base64url')}`;
      const body = new Promise<string>((resolve) => expected.set(path, resolve));
      return { url: `${listener.url}${path}`, body };
    },
    close: () => listener.close(),
  };
}

async function take(
  request: IncomingMessage,
  response: ServerResponse,
  expected: Map<string, (body: string) => void>,
): Promise<void> {
  const path = (request.url ?? '').split('?')[0] ?? '';
  const answered = expected.get(path);
  if (answered === undefined || request.method !== 'PUT') {
    response.writeHead(403).end();
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  expected.delete(path);
  response.writeHead(200).end();
  // A body that is too long is cut, and so is no JSON: CloudFormation refuses it as well.
  answered(bytes <= BODY_BYTES_MAX ? Buffer.concat(chunks).toString('utf8') : '');
}

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
