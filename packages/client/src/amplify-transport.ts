import type { JsonValue } from '@gsp/platform/contract';
import { createAmplifyContext } from 'aws-amplify';
import { del, get, post, put } from 'aws-amplify/api';
import type { RegionEndpoint } from './region.ts';
import { requireExactPath } from './request-url.ts';
import {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from './transport.ts';

type AmplifyContext = ReturnType<typeof createAmplifyContext>;
type AmplifyOperation = ReturnType<typeof get>;
type AmplifyBody = Parameters<typeof post>[0]['options'] extends { body?: infer Body } | undefined
  ? Body
  : never;

const senders = { GET: get, POST: post, PUT: put, DELETE: del } as const;

/**
 * Sends requests with the REST category of AWS Amplify, each API under its own name.
 *
 * The client has a configuration of its own (`createAmplifyContext`). The one that `Amplify.configure` sets is global to
 * the page: joining the regions to it would replace an application's own token provider, and the application's next
 * `configure` would take the regions away. So neither sees the other.
 *
 * Amplify's own retries and its signing are off: the policy is the client's, and its routes ask for no signature.
 *
 * @throws {RangeError} when the path holds a segment that URLs resolve away
 */
export function createAmplifyTransport(regions: readonly RegionEndpoint[]): Transport {
  const apis = regions.map(({ apiName, endpoint }) => [apiName, { endpoint }] as const);
  const context = createAmplifyContext({ API: { REST: Object.fromEntries(apis) } });
  return async (request) => {
    const { path, signal, endpoint } = request;
    signal.throwIfAborted();
    requireExactPath(path);
    const operation = startOperation(context, request);
    const cancel = () => operation.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await wholeAnswer(operation);
    } catch (error) {
      signal.throwIfAborted();
      throw new TransportError(`Cannot get an answer from ${endpoint}: no whole answer came`, {
        cause: error,
      });
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
}

function startOperation(context: AmplifyContext, request: TransportRequest): AmplifyOperation {
  const { apiName, method, path, query, headers, body } = request;
  return senders[method](context, {
    apiName,
    path,
    options: {
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      ...(query !== undefined && { queryParams: query }),
      ...(body !== undefined && { body: amplifyBody(body) }),
      retryStrategy: { strategy: 'no-retry' },
      defaultAuthMode: 'none',
    },
  });
}

/** Amplify leaves out a body that is falsy, such as `0`. An object that serializes to it is sent. */
function amplifyBody(body: JsonValue): AmplifyBody {
  const sent: unknown = body ? body : { toJSON: () => body };
  return sent as AmplifyBody;
}

/** Amplify resolves for statuses below 300 only; of others it makes an error that carries the answer. */
async function wholeAnswer(operation: AmplifyOperation): Promise<TransportResponse> {
  try {
    const { statusCode, headers, body } = await operation.response;
    return { status: statusCode, headers, body: await body.text() };
  } catch (error) {
    const answer = answerOf(error);
    if (answer === undefined) throw error;
    return answer;
  }
}

function answerOf(error: unknown): TransportResponse | undefined {
  const response = error instanceof Error && 'response' in error ? error.response : undefined;
  if (typeof response !== 'object' || response === null) return undefined;
  const { statusCode, headers, body } = response as Partial<
    Record<'statusCode' | 'headers' | 'body', unknown>
  >;
  if (typeof statusCode !== 'number') return undefined;
  return {
    status: statusCode,
    headers: headers as TransportResponse['headers'],
    body: typeof body === 'string' ? body : '',
  };
}
