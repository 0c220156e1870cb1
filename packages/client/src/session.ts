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
}
