import { mergeSessionTokens } from '@gsp/platform/contract';

/**
 * What a caller has seen, carried from answer to request: reads see the caller's own writes and never go back, in any
 * region, or the call says that they cannot. One object for each user of a server; a page needs only the client's own.
 */
export interface Session {
  /** The token as it stands, to be kept beyond this process; undefined as long as nothing was seen. */
  readonly token: string | undefined;
  /**
   * Takes a token in beside what is there: what either has seen counts. One that is damaged is left out.
   *
   * @param sent - token that went with the request whose answer brought this one
   */
  note(token: string, sent?: string): void;
  /** Forgets a token that the platform does not take; another one that came meanwhile stays. */
  drop?(token: string): void;
}

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
  let current: string | undefined;
  const session: Session = {
    get token() {
      return current;
    },
    note(noted, sent) {
      current = mergeSessionTokens({ held: current, noted, sent });
    },
    drop(token) {
      if (current === token) current = undefined;
    },
  };
  if (token !== undefined) session.note(token);
  return session;
}
