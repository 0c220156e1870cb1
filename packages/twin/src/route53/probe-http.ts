import { type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { type ProbeOptions, type ProbeResult, reasonOf } from './probe.ts';
import type { EndpointCheckDefinition } from './route53-definition.ts';

/** How far into the body the searched text may stand. */
const SEARCHED_BYTES = 5_120;

/**
 * Passes when the status is 2xx or 3xx, and the text that is searched, if any, stands within the first 5,120 bytes
 * of the body. One request on one connection; a redirect is an answer and is not followed.
 */
export function probeHttp(check: EndpointCheckDefinition, options: ProbeOptions): Promise<ProbeResult> {
  const { host, port, timeouts, signal } = options;
  return new Promise((resolve) => {
    const asking = request({
      host,
      port,
      path: check.path,
      signal,
      // No agent: every request has a connection of its own and leaves none behind.
      agent: false,
      headers: {
        host: check.host,
        'user-agent': `Amazon-Route53-Health-Check-Service (ref ${check.id}; local twin)`,
        accept: '*/*',
        connection: 'close',
      },
    });
    let timer: NodeJS.Timeout;
    const end = (passed: boolean, reason: string) => {
      clearTimeout(timer);
      asking.destroy();
      resolve({ passed, reason });
    };
    const allow = (ms: number, awaited: string) => {
      clearTimeout(timer);
      timer = setTimeout(() => end(false, `no ${awaited} within ${ms} ms`), ms);
    };
    allow(timeouts.connectMs, 'connection');
    asking.once('socket', (socket: Socket) =>
      socket.once('connect', () => allow(timeouts.answerMs, 'answer')),
    );
    // Stays on: destroying a request may be answered by one more error, which would end the process.
    asking.on('error', (error) => end(false, reasonOf(error)));
    // Also after a change of protocols, which comes without a response and without an error.
    asking.once('close', () => end(false, 'connection closed'));
    asking.once('response', (response) => {
      const status = response.statusCode ?? 0;
      const reason = `HTTP ${status}`;
      if (status < 200 || status > 399) return end(false, reason);
      if (check.searchString === undefined) return end(true, reason);
      allow(timeouts.answerMs, 'body');
      search(response, check.searchString, (found) =>
        end(found, found ? reason : `${reason} without the text that is searched`),
      );
    });
    asking.end();
  });
}

/** Tells whether the text stands in the first bytes, and reads no further than it must. */
function search(response: IncomingMessage, text: string, tell: (found: boolean) => void): void {
  let begun = Buffer.alloc(0);
  response.on('data', (chunk: Buffer) => {
    begun = Buffer.concat([begun, chunk.subarray(0, SEARCHED_BYTES - begun.length)]);
    const found = begun.includes(text);
    if (found || begun.length >= SEARCHED_BYTES) tell(found);
  });
  response.once('end', () => tell(begun.includes(text)));
  response.on('error', () => tell(false));
}
