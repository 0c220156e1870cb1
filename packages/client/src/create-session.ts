import { mergeSessionTokens } from '@gsp/platform/contract';
import type { Session } from './session.ts';

/**
 * Makes a session: one for each user of a server, say, whose token is kept with the user.
 *
 * @param token - token of an earlier session, to be carried on; one that is damaged is left out
 *
 * @example
 * ```ts
 * const session = createSession(cookies.session);
 * const { item } = await client.getItem({ pk: 'demo', sk: 'a' }, { session });
 * cookies.session = session.token;
 * ```
 */
export function createSession(token?: string): Session {
  let held: string | undefined;
  const session: Session = {
    get token() {
      return held;
    },
    note(noted, sent) {
      held = mergeSessionTokens({ held, noted, sent });
    },
  };
  if (token !== undefined) session.note(token);
  return session;
}
