import type { IncomingMessage } from 'node:http';
import { BodyTooLargeError, readBody } from '../read-body.ts';
import { applyFault, parseFault } from './fault.ts';
import { RefusedRequest } from './refused-request.ts';
import type { Twin } from './twin.ts';

const BODY_BYTES_MAX = 16_384;

/** What the control API goes by. */
export interface ControlOptions {
  /** Gives the text of the twin's outputs. @default - there are none */
  readonly outputs?: () => string;
}

type Handler = (twin: Twin, request: IncomingMessage, options: ControlOptions) => Promise<string>;

interface ControlRoute {
  readonly method: 'GET' | 'POST';
  readonly handle: Handler;
}

const ROUTES: Readonly<Record<string, ControlRoute>> = {
  '/_twin/state': { method: 'GET', handle: async (twin) => JSON.stringify(await twin.state()) },
  '/_twin/health': { method: 'GET', handle: healthOf },
  '/_twin/faults': { method: 'POST', handle: injectFault },
  '/_twin/operator': { method: 'GET', handle: giveOperatorKey },
  '/amplify_outputs.json': {
    method: 'GET',
    handle: async (_twin, _request, { outputs }) => outputsOf(outputs),
  },
};

/**
 * Answers a request to the control API with the JSON text of its body, or with nothing where the path is not the control
 * API's.
 *
 * @throws {RefusedRequest} another method, an unknown path under `/_twin/`, a body that is no fault
 * @throws {FaultError} a fault that makes no sense
 * @throws {TwinError} a fault that could not be carried out
 */
export async function answerControl(
  twin: Twin,
  { request, path, options }: { request: IncomingMessage; path: string; options: ControlOptions },
): Promise<string | undefined> {
  const route = Object.hasOwn(ROUTES, path) ? ROUTES[path] : undefined;
  if (route === undefined && !path.startsWith('/_twin/')) return undefined;
  if (route === undefined) {
    const known = Object.entries(ROUTES).map(([known, { method }]) => `${method} ${known}`);
    throw new RefusedRequest(404, `Cannot find ${path}: the control API has ${known.join(', ')}.`);
  }
  requireMethod(request, route.method);
  return route.handle(twin, request, options);
}

/** Whether the twin is as it was told to be; what was broken on purpose counts as told. */
async function healthOf(twin: Twin): Promise<string> {
  const { errors } = await twin.state();
  if (errors.length > 0) throw new RefusedRequest(503, errors.join(' '));
  return JSON.stringify({ ok: true });
}

function outputsOf(outputs: ControlOptions['outputs']): string {
  if (outputs !== undefined) return outputs();
  throw new RefusedRequest(404, 'Cannot find the outputs: whoever started this twin handed none in.');
}

/**
 * Gives the operator's key to the console, as a browser vouches for its page. A program reads the file, if its user may.
 *
 * @throws {RefusedRequest} 403
 */
async function giveOperatorKey(twin: Twin, { headers }: IncomingMessage): Promise<string> {
  // The door was passed: an origin that is told is the server's own.
  if (headers['sec-fetch-site'] === 'same-origin' || headers.origin !== undefined)
    return JSON.stringify(twin.operatorAccessKey());
  throw new RefusedRequest(
    403,
    "Cannot give the operator's key: no page of the console asks, only that is given it here. " +
      'Read the file that credentialsFile in GET /_twin/state names.',
  );
}

async function injectFault(twin: Twin, request: IncomingMessage): Promise<string> {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    throw new RefusedRequest(
      415,
      `Cannot read the fault: content-type is ${type ?? 'absent'}, application/json is needed.`,
    );
  }
  const fault = parseFault(await readJson(request), twin.links.regions);
  await applyFault(twin, fault);
  return JSON.stringify(await twin.state());
}

function requireMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method === method || (method === 'GET' && request.method === 'HEAD')) return;
  const allow = method === 'GET' ? 'GET, HEAD' : method;
  throw new RefusedRequest(405, `Cannot ${request.method} here: ${allow} is allowed.`, { allow });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, BODY_BYTES_MAX).catch((error: unknown) => {
    if (!(error instanceof BodyTooLargeError)) throw error;
    throw new RefusedRequest(413, `Cannot read the fault: it is over ${BODY_BYTES_MAX} bytes.`);
  });
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new RefusedRequest(400, 'Cannot read the fault: the body is not JSON, a JSON object is needed.');
  }
}
