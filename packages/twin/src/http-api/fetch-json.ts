/** How long API Gateway waits for an issuer, for each document. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
export const ISSUER_TIMEOUT_MS = 1_500;

/** The largest document that API Gateway takes of an issuer. */
export const ISSUER_DOCUMENT_BYTES_MAX = 150_000;

/**
 * Fetches a JSON document within API Gateway's bounds of time and size, body included.
 *
 * @throws {Error} for any status but 200, a document that is too large or none, and no answer in time
 */
export async function fetchJson(url: string): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(ISSUER_TIMEOUT_MS),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`Cannot read ${url}: it answers ${response.status}, 200 is needed`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early cancels what is still to come.
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > ISSUER_DOCUMENT_BYTES_MAX)
      throw new Error(`Cannot read ${url}: it has more than ${ISSUER_DOCUMENT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}
