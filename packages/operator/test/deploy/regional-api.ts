import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** Something that a deployment broke. */
export type Defect =
  | 'unhealthy'
  /** By an operator, who may do so: no defect of the deployment. */
  | 'evacuated'
  | 'wrong-revision'
  | 'no-revision'
  | 'write-refused'
  | 'write-malformed'
  | 'read-missing'
  | 'read-other-data'
  | 'no-security-headers'
  | 'weak-csp'
  | 'wrong-region'
  | 'plain-404'
  | 'not-replicating'
  /** Traffic has to come through the edge: no defect where there is one. */
  | 'edge-only'
  | 'hangs';

/** Items of all regions, as a global table without lag has them. */
export type Items = Map<string, { readonly data: unknown; readonly region: string }>;

/** A region's API on loopback. */
export interface RegionalApi {
  readonly region: string;
  readonly endpoint: string;
  /** What `/health/live` tells. */
  revision: string;
  readonly defects: Set<Defect>;
  /** Method and path of each request. */
  readonly requests: string[];
  /** Idempotency keys of writes. */
  readonly keys: string[];
  /** Bodies of writes. */
  readonly bodies: Record<string, unknown>[];
  close(): Promise<void>;
}

/** Starts an API that does what a region of the platform must do, and then what its defects make of it. */
export async function startRegionalApi(
  region: string,
  { items }: { readonly items: Items },
): Promise<RegionalApi> {
  const api = {
    region,
    endpoint: '',
    revision: 'none',
    defects: new Set<Defect>(),
    requests: [] as string[],
    keys: [] as string[],
    bodies: [] as Record<string, unknown>[],
  };
  const server = createServer((request, response) => void answer(api, { request, response, items }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  api.endpoint = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return Object.assign(api, {
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  });
}

type Exchange = { request: IncomingMessage; response: ServerResponse; items: Items };

async function answer(
  api: Omit<RegionalApi, 'close'>,
  { request, response, items }: Exchange,
): Promise<void> {
  const { method = '', url = '' } = request;
  const { defects, region } = api;
  api.requests.push(`${method} ${url}`);
  let body = '';
  for await (const part of request) body += part;
  if (defects.has('hangs')) return;
  const send = (status: number, json: unknown, type = 'application/json') => {
    response.writeHead(status, {
      'content-type': type,
      'x-region': defects.has('wrong-region') ? 'us-east-1' : region,
      ...(defects.has('no-security-headers')
        ? {}
        : {
            'strict-transport-security': 'max-age=63072000; includeSubDomains',
            'x-content-type-options': 'nosniff',
            'referrer-policy': 'no-referrer',
            'content-security-policy': defects.has('weak-csp') ? '*' : "default-src 'none'",
            'cache-control': 'no-store',
          }),
    });
    response.end(JSON.stringify(json));
  };
  if (url === '/health') {
    const reasons = [
      ...(defects.has('unhealthy') ? ['table-write-failed'] : []),
      ...(defects.has('evacuated') ? ['evacuated'] : []),
    ];
    return send(reasons.length === 0 ? 200 : 503, { ok: reasons.length === 0, reasons });
  }
  if (url === '/health/live') {
    const revision = defects.has('wrong-revision') ? 'another' : api.revision;
    return send(200, { ok: true, region, ...(defects.has('no-revision') ? {} : { revision }) });
  }
  if (defects.has('edge-only')) {
    const problem = { type: 'about:blank', title: 'Only through the edge', status: 403, detail: 'not here' };
    return send(403, { ...problem, retryable: false }, 'application/problem+json');
  }
  if (method === 'POST' && url === '/write') return write(api, { request, items, body, send });
  const [, pk, sk] = /^\/items\/([^/]+)\/([^/]+)$/.exec(url) ?? [];
  const item = sk === undefined ? undefined : items.get(`${pk}/${sk}`);
  const isHidden = defects.has('read-missing') || (defects.has('not-replicating') && item?.region !== region);
  if (item !== undefined && !isHidden) {
    const data = defects.has('read-other-data') ? { revision: 'other' } : item.data;
    return send(200, { item: { pk, sk, region: item.region, data } });
  }
  if (defects.has('plain-404')) return send(404, { message: 'Not Found' });
  send(
    404,
    { type: 'about:blank', title: 'Not found', status: 404, detail: 'nothing there', retryable: false },
    'application/problem+json',
  );
}

function write(
  api: Omit<RegionalApi, 'close'>,
  exchange: {
    request: IncomingMessage;
    items: Items;
    body: string;
    send: (status: number, json: unknown) => void;
  },
): void {
  const { request, items, body, send } = exchange;
  const parsed: { pk: string; data?: unknown } = JSON.parse(body);
  const key = String(request.headers['idempotency-key']);
  api.keys.push(key);
  api.bodies.push({ ...parsed });
  if (api.defects.has('write-refused')) {
    send(500, { title: 'Internal error' });
    return;
  }
  if (api.defects.has('write-malformed')) {
    send(200, { written: true });
    return;
  }
  const sk = key === 'undefined' ? randomUUID() : `key-${key}`;
  items.set(`${parsed.pk}/${sk}`, { data: parsed.data, region: api.region });
  send(200, { written: true, item: { pk: parsed.pk, sk, region: api.region, data: parsed.data } });
}
