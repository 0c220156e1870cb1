import type { IncomingMessage } from 'node:http';
import { queryElement, route53Element, toXml } from './aws-xml.ts';
import { readRoute53 } from './route53-routes.ts';

/** One call of an SDK client. */
export interface AwsCall {
  /**
   * The name in the signature's scope: `cloudformation`, `sts`, `ssm`, `dynamodb`, `monitoring` (CloudWatch), `tagging`,
   * `servicequotas`, `route53`.
   */
  readonly service: string;
  readonly action: string;
  /** Of the signature's scope; Route 53's is us-east-1 whatever the client's. */
  readonly region: string;
  /** As the SDK's types have it, save that scalars of the XML protocols are texts, and times of the JSON ones seconds. */
  readonly input: Record<string, unknown>;
}

/** What AWS answers instead of an output. */
export class AwsFault {
  readonly code: string;
  readonly message: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    this.code = code;
    this.message = message;
    this.status = status;
  }
}

/** An answer as it goes over the wire. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

type Protocol = 'json' | 'query' | 'rest-xml';

/** What a request asks for, and how its answer is to be written. */
export function readCall(request: IncomingMessage, body: string): { call: AwsCall; protocol: Protocol } {
  const scope = /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(request.headers.authorization ?? '');
  const [, region = '', service = ''] = scope ?? [];
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const action = target.slice(target.indexOf('.') + 1);
    return { protocol: 'json', call: { service, region, action, input: JSON.parse(body || '{}') } };
  }
  if (service === 'route53') {
    const url = new URL(request.url ?? '/', 'http://localhost');
    return {
      protocol: 'rest-xml',
      call: { service, region, ...readRoute53(request.method ?? 'GET', url, body) },
    };
  }
  const { Action, Version: _, ...input } = readForm(body);
  return { protocol: 'query', call: { service, region, action: String(Action), input } };
}

/** Writes an operation's output. */
export function writeOutput({ call, protocol }: ReturnType<typeof readCall>, output: unknown): WireAnswer {
  const { action } = call;
  if (protocol === 'json') return json(200, JSON.stringify(jsonValue(output)));
  if (protocol === 'rest-xml') {
    return xml(200, `<${action}Response>${toXml(output, route53Element)}</${action}Response>`);
  }
  const result = `<${action}Result>${toXml(output, queryElement)}</${action}Result>`;
  return xml(200, `<${action}Response>${result}${REQUEST_ID}</${action}Response>`);
}

/** Writes a fault. */
export function writeFault(
  { protocol }: Pick<ReturnType<typeof readCall>, 'protocol'>,
  { code, message, status }: AwsFault,
): WireAnswer {
  if (protocol === 'json') return json(status, JSON.stringify({ __type: code, message }));
  const type = status < 500 ? 'Sender' : 'Receiver';
  const error = toXml({ Error: { Type: type, Code: code, Message: message } }, queryElement);
  return xml(status, `<ErrorResponse>${error}<RequestId>test</RequestId></ErrorResponse>`);
}

const REQUEST_ID = '<ResponseMetadata><RequestId>test</RequestId></ResponseMetadata>';

function json(status: number, body: string): WireAnswer {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.0' }, body };
}

function xml(status: number, content: string): WireAnswer {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>${content}` };
}

/** Times are seconds and bytes are base64 in AWS's JSON. */
function jsonValue(value: unknown): unknown {
  if (value instanceof Date) return value.getTime() / 1_000;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonValue);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, jsonValue(member)]));
}

/** `Tags.member.1.Key=a` as nested objects and lists. */
function readForm(body: string): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const [path, value] of new URLSearchParams(body)) {
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) at = child(at, key);
    at[keys.at(-1) ?? path] = value;
  }
  const form = asLists(root);
  return typeof form === 'object' && form !== null ? { ...form } : {};
}

function child(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const found = parent[key];
  if (isRecord(found)) return found;
  const made: Record<string, unknown> = {};
  parent[key] = made;
  return made;
}

function asLists(value: unknown): unknown {
  if (!isRecord(value)) return value;
  if (isRecord(value.member)) return Object.values(value.member).map(asLists);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, asLists(member)]));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
