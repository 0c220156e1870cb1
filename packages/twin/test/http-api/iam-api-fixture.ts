import { expect } from 'vitest';
import type { HttpApiEvent } from '../../src/http-api/payload-v2.ts';
import { startHttpApi } from '../../src/http-api/start-http-api.ts';
import type { LogEntry } from '../../src/log-entry.ts';
import { answering, definitionOf, routeOf } from './http-api-fixture.ts';
import {
  OPERATOR,
  type SigningOptions,
  send,
  signed,
  type ToSign,
  type WireRequest,
} from './signed-request-fixture.ts';

/** Answers with the event itself. */
export const ECHO = answering((event: HttpApiEvent) => event);

/** All but `PUT /open` ask for a signature. */
export const ROUTES = ['ANY /{proxy+}', 'PUT /control/evacuations/{region}', 'PUT /open'].map((key) =>
  routeOf(key, { authorizationType: key.endsWith('/open') ? 'NONE' : 'AWS_IAM' }),
);

/** A request of which every part is signed. */
export const EVACUATE: ToSign = {
  method: 'PUT',
  path: '/control/evacuations/eu-west-1',
  query: { dry: 'no' },
  headers: { 'content-type': 'application/json', 'x-reason': 'drill' },
  body: '{"reason":"a drill"}',
};

/** An API in eu-west-1 that knows the operator and somebody else. */
export interface IamApi {
  readonly port: number;
  /** Signs for this API as the operator, unless told otherwise. */
  sign(toSign: ToSign, options?: Partial<SigningOptions>): Promise<WireRequest>;
  /** Sends a request, and fails unless it is answered 403 for this reason. */
  expectRefused(request: WireRequest, reason: RegExp): Promise<void>;
  /** Sets the API's clock; nothing lets it go on. */
  setNow(epochMs: number | undefined): void;
  close(): Promise<void>;
}

/** Starts the API on a free port. */
export async function startIamApi(): Promise<IamApi> {
  const lines: LogEntry[] = [];
  let nowMs: number | undefined;
  const somebody = { ...OPERATOR, accessKeyId: 'AKIATWINOTHEROTHEROT', secretAccessKey: 'another' };
  const api = await startHttpApi({
    definition: definitionOf({
      routes: ROUTES,
      customDomains: [{ domainName: 'api.gsp.test', mappingKey: '' }],
    }),
    region: 'eu-west-1',
    accountId: '123456789012',
    listen: [{ host: '127.0.0.1', port: 0 }],
    invoke: ECHO,
    log: (entry) => lines.push(entry),
    credentials: [somebody, OPERATOR],
    clock: () => nowMs ?? Date.now(),
  });
  const port = api.addresses[0]?.port ?? 0;
  return {
    port,
    sign: (toSign, options = {}) => signed(toSign, { host: `127.0.0.1:${port}`, ...options }),
    async expectRefused(request, reason) {
      const before = lines.length;
      expect(await send(port, request)).toEqual({ status: 403, body: '{"message":"Forbidden"}' });
      expect(lines.slice(before).map(({ message }) => message)).toEqual([expect.stringMatching(reason)]);
    },
    setNow(epochMs) {
      nowMs = epochMs;
    },
    close: () => api.close({ graceMs: 0 }),
  };
}
