import { Pool } from 'undici';
import { isObject } from '../item/attribute-value.ts';
import { BACKLOG_PATH, CLUSTER_TOKEN_HEADER, REPLICATE_PATH } from './replication-batch.ts';

/** The status by which a peer says that it has forgotten what it had acknowledged. */
export const FORGOTTEN_STATUS = 409;

/** A peer lacks what it has acknowledged before: its data was removed, or replaced by an older copy. */
export class PeerForgotError extends Error {
  override readonly name = 'PeerForgotError';
}

/** Talks to the replica of another region. */
export interface PeerClient {
  /**
   * Delivers a batch; resolves once the peer has applied all of it.
   *
   * @throws {PeerForgotError} when the peer lacks what it has acknowledged before; it has applied nothing
   * @throws {Error} when the peer does not answer in time, or could not apply it
   */
  replicate(batchJson: string, signal: AbortSignal): Promise<void>;
  /** How many changes the peer has yet to send to this region. @throws {Error} when it does not answer */
  backlogTo(region: string): Promise<number>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Makes a client of a peer's endpoint. */
export function createPeerClient(peer: { readonly url: string; readonly clusterToken: string }): PeerClient {
  const pool = new Pool(peer.url, {
    connections: 2,
    headersTimeout: TIMEOUT_MS,
    bodyTimeout: TIMEOUT_MS,
    connectTimeout: TIMEOUT_MS,
  });
  const headers = { 'content-type': 'application/json', [CLUSTER_TOKEN_HEADER]: peer.clusterToken };
  const post = async (path: string, body: string, signal?: AbortSignal): Promise<unknown> => {
    const response = await pool.request({ method: 'POST', path, headers, body, signal: signal ?? null });
    const text = await response.body.text();
    if (response.statusCode === FORGOTTEN_STATUS)
      throw new PeerForgotError('Cannot replicate: the peer has forgotten what it had acknowledged');
    if (response.statusCode !== 200)
      throw new Error(
        `Cannot replicate: the peer answered ${response.statusCode}${text === '' ? '' : `: ${text}`}`,
      );
    return JSON.parse(text);
  };
  return {
    replicate: async (batchJson, signal) => void (await post(REPLICATE_PATH, batchJson, signal)),
    backlogTo: async (region) => {
      const answer = await post(BACKLOG_PATH, JSON.stringify({ from: region }));
      return isObject(answer) && typeof answer.backlog === 'number'
        ? answer.backlog
        : Number.POSITIVE_INFINITY;
    },
    close: () => pool.destroy(),
  };
}
