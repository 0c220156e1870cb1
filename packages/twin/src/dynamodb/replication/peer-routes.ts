import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from '../../read-body.ts';
import { isObject } from '../item/attribute-value.ts';
import type { PeerState } from '../journal/peer-state.ts';
import { respond } from '../protocol/respond.ts';
import type { WriteContext } from '../write/write-context.ts';
import { applyBatch } from './apply-batch.ts';
import { FORGOTTEN_STATUS } from './peer-client.ts';
import { BACKLOG_PATH, CLUSTER_TOKEN_HEADER, fromBatchJson, REPLICATE_PATH } from './replication-batch.ts';

/** What the routes of the peers need. */
export interface PeerRoutesOptions {
  readonly context: WriteContext;
  readonly clusterToken: string;
  /** Changes that this replica has yet to send to a peer. */
  readonly backlogTo: (region: string) => number;
  /** What is known of a peer; nothing of a region that is none. */
  readonly peerState: (region: string) => PeerState | undefined;
  /** The last change of this replica's own log. */
  readonly lastSequence: () => number;
  /** Called when a peer was heard of. */
  readonly onHeard: (region: string) => void;
  /** Called when a peer lacks what it once had, or this replica does: then either sends the other everything. */
  readonly onDivergence: (region: string, reason: string) => void;
}

/** A batch holds at most 4 MB of items, and JSON may take six bytes for one. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/**
 * Answers the requests of the other replicas of this twin. To anyone without the shared secret the routes do
 * not exist.
 */
export function createPeerRoutes(
  options: PeerRoutesOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  return async (request, response) => {
    const { url, method } = request;
    if (method !== 'POST' || !isTrusted(request, options.clusterToken)) return false;
    if (url !== REPLICATE_PATH && url !== BACKLOG_PATH) return false;
    const body: unknown = await readBody(request, BODY_BYTES_MAX)
      .then((bytes) => JSON.parse(bytes.toString('utf8')))
      .catch(() => undefined);
    if (url === REPLICATE_PATH) await replicate(response, body, options);
    else if (isObject(body) && typeof body.from === 'string')
      respond(response, 200, { backlog: options.backlogTo(body.from) });
    else respond(response, 400, { message: 'The body names no region' });
    return true;
  };
}

async function replicate(response: ServerResponse, body: unknown, options: PeerRoutesOptions): Promise<void> {
  const batch = fromBatchJson(body);
  if (batch === undefined) return respond(response, 400, { message: 'The body is no batch of changes' });
  const { from, log } = batch;
  const peer = options.peerState(from);
  const { peerIsBehind, isForgotten } = peer?.judge(log) ?? { peerIsBehind: false, isForgotten: false };
  if (peerIsBehind) options.onDivergence(from, 'it lacks changes of its own that it has sent here');
  if (isForgotten) {
    options.onDivergence(from, 'this region lacks changes that it has acknowledged');
    return respond(response, FORGOTTEN_STATUS, { message: 'This replica lacks what it has acknowledged' });
  }
  try {
    await applyBatch(options.context, batch);
    peer?.record(log, options.lastSequence());
  } catch (error) {
    return respond(response, 503, { message: error instanceof Error ? error.message : String(error) });
  }
  respond(response, 200, {});
  options.onHeard(from);
}

function isTrusted(request: IncomingMessage, clusterToken: string): boolean {
  const given = Buffer.from(String(request.headers[CLUSTER_TOKEN_HEADER] ?? ''));
  const expected = Buffer.from(clusterToken);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
