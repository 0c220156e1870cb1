import { isPlatformClientError, isProblemError } from '@gsp/client/fetch';

const attemptsMax = 3;

/**
 * Makes a write that goes to one chosen region. Where no answer came, it is repeated under the key that its error names:
 * so it is made once, whether the first one was carried out or not. What the platform refuses is not repeated.
 *
 * @param write sends it, with the key if there is one
 * @throws the last error, after three attempts
 */
export async function settleWrite<T>(
  write: (options: { readonly idempotencyKey?: string }) => Promise<T>,
): Promise<T> {
  let options: { readonly idempotencyKey?: string } = {};
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write(options);
    } catch (error) {
      const isSilence = isPlatformClientError(error) && !isProblemError(error);
      if (!isSilence || error.idempotencyKey === null || attempt >= attemptsMax) throw error;
      options = { idempotencyKey: error.idempotencyKey };
    }
  }
}
