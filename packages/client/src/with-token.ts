import type { Call } from './call.ts';
import { endingError } from './call-error.ts';

/** The caller's token, or what gives the one that is valid now. */
export type TokenSource = string | (() => Promise<string>);

/** Characters of a token: API Gateway takes 10,240 bytes of headers in all. */
const CHARACTERS_MAX = 8_192;

/** What a header can carry as a token. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;

/**
 * The same call, each of whose requests brings the token. It is in the headers alone: no event, error or log tells of it.
 *
 * The token is asked for once in a call and in the call's own time, before any region is asked: a slow giver of tokens must
 * not be taken for a slow region.
 *
 * @throws {RangeError} for what is no token; the message does not show it
 * @throws {DeadlineExceededError} when the token did not come in time, and the signal's reason when the caller has gone
 * @throws what the giver of the token throws
 */
export async function withToken(call: Call, source: TokenSource): Promise<Call> {
  const token = typeof source === 'string' ? source : await beforeEnd(call, source);
  if (typeof token !== 'string' || token.length > CHARACTERS_MAX || !TOKEN.test(token)) {
    throw new RangeError(
      `Cannot send the token: it is not 1 to ${CHARACTERS_MAX} characters of RFC 6750, which are needed. Pass it without "Bearer"`,
    );
  }
  return { ...call, headers: { ...call.headers, authorization: `Bearer ${token}` } };
}

/** Waits for a token, at most until the call ends. */
function beforeEnd(call: Call, give: () => Promise<string>): Promise<string> {
  return new Promise((resolve, reject) => {
    const ended = call.scope.ended();
    if (ended !== undefined) return reject(endingError(call, ended));
    const stop = call.scope.onEnd((end) => reject(endingError(call, end)));
    Promise.resolve().then(give).then(resolve, reject).finally(stop);
  });
}
