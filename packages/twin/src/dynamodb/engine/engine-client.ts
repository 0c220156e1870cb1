import { Pool } from 'undici';
import { ServiceError } from '../protocol/service-error.ts';

/** The body of a DynamoDB request or answer. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Speaks the DynamoDB JSON protocol to an engine. */
export interface EngineClient {
  /**
   * Carries out one operation. A text is sent as it is, which spares a second serialisation.
   *
   * @throws {ServiceError} what the engine answered: it carried nothing out
   * @throws {EngineUnavailableError} no answer, or a fault: whether it was carried out is not known
   */
  call(operation: string, body: JsonObject | string): Promise<JsonObject>;
  close(): Promise<void>;
}

/** No usable answer from the engine: an operation that was under way may or may not have been carried out. */
export class EngineUnavailableError extends Error {
  override readonly name = 'EngineUnavailableError';
}

const CONNECTIONS = 16;
const TIMEOUT_MS = 30_000;

/**
 * A client with a pool of kept connections. Engines on loopback check that a request is signed, not by whom,
 * so that a constant credential will do; its scope names the region, by which DynamoDB Local keeps data apart.
 */
export function createEngineClient(options: { readonly url: string; readonly region: string }): EngineClient {
  const pool = new Pool(options.url, {
    connections: CONNECTIONS,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
  });
  const base = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-date': '20260101T000000Z',
    authorization: `AWS4-HMAC-SHA256 Credential=twin/20260101/${options.region}/dynamodb/aws4_request, SignedHeaders=host;x-amz-date, Signature=00`,
  };
  return {
    call: async (operation, body) => {
      const { status, text } = await exchange(pool, {
        headers: { ...base, 'x-amz-target': `DynamoDB_20120810.${operation}` },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });
      return answerOf(operation, status, text);
    },
    close: () => pool.destroy(),
  };
}

async function exchange(
  pool: Pool,
  request: { readonly headers: Record<string, string>; readonly body: string },
): Promise<{ status: number; text: string }> {
  try {
    const response = await pool.request({ method: 'POST', path: '/', ...request });
    return { status: response.statusCode, text: await response.body.text() };
  } catch (cause) {
    throw new EngineUnavailableError('Cannot reach the engine: no answer on its connection', { cause });
  }
}

function answerOf(operation: string, status: number, text: string): JsonObject {
  let body: JsonObject;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch (cause) {
    throw new EngineUnavailableError(`Cannot read the engine's answer to ${operation}: not JSON`, { cause });
  }
  if (status === 200) return body;
  if (status >= 500)
    throw new EngineUnavailableError(
      `Cannot carry out ${operation}: the engine answered ${status} (${String(body.message ?? body.Message ?? 'no reason')})`,
    );
  throw ServiceError.fromBody(body, status);
}
