import type { RawAnswer } from './read-answers.ts';

/** What an answer must not tell: where code lies, what failed in it, how the cloud names what is behind it. */
const INSIDES: readonly RegExp[] = [
  /\bnode:/,
  /node_modules/,
  /\bat (?:async )?(?:Object|Module|process|new |[\w.]+ \()/,
  /\.(?:ts|mjs|cjs):\d/,
  /(?:^|[\s"'(])\/(?:amplify|home|opt|root|tmp|usr|var|work)\//,
  /\barn:aws/,
  /-items\b|DynamoDB|dynoxide/i,
  /\b(?:Type|Range|Reference|Syntax)Error\b|Unexpected token|JSON at position/,
  /ECONN|EPIPE|HPE_|ERR_/,
];

/** Server errors that tell a client what to do, as the contract declares them. */
const SERVER_ERRORS = new Set([503, 504]);

/**
 * What is wrong with an answer, whatever was asked: it is no problem and none of the gateway's own answers, tells of its
 * insides, or is a server error that nobody declared. Nothing when all is well.
 */
export function judgeAnswer(answer: RawAnswer, { isHead = false } = {}): string[] {
  const { status, headers, body } = answer;
  const told = `${body}\n${Object.values(headers).join('\n')}`;
  const insides = INSIDES.flatMap((each) => each.exec(told)?.[0] ?? []);
  return [
    ...insides.map((found) => `tells of its insides: ${found}`),
    ...(status >= 500 ? serverErrorFaults(answer) : []),
    ...(isHead || status === 204 || status === 304 ? [] : bodyFaults(answer)),
  ];
}

function serverErrorFaults({ status, headers, body }: RawAnswer): string[] {
  if (!SERVER_ERRORS.has(status)) return [`is a server error that is not declared: ${status}`];
  const { retryable } = Object(parsed(body));
  return retryable === true && headers['retry-after'] !== undefined ? [] : ['a 503 that is not retryable'];
}

function bodyFaults({ status, headers, body }: RawAnswer): string[] {
  const type = headers['content-type'] ?? '';
  // What Node.js answers by itself to what it cannot read; the connection ends with it.
  if (body === '') return status >= 400 && headers.connection === 'close' ? [] : ['has no body'];
  const value = parsed(body);
  if (typeof value !== 'object' || value === null) return ['is no JSON object'];
  if (status < 400) return type === 'application/json' ? [] : [`is of type ${type}`];
  if (type === 'application/problem+json') return problemFaults(value, status);
  const isGateway = type === 'application/json' && Object.keys(value).join() === 'message';
  return isGateway ? [] : [`is neither a problem nor {"message"}: ${type}`];
}

/** https://www.rfc-editor.org/rfc/rfc9457, and what this API adds; the global endpoint's own problems have a reason. */
function problemFaults(problem: object, status: number): string[] {
  const { type, title, status: named, detail, retryable, remedy, correlationId, reason } = Object(problem);
  const texts = [type, title, detail].every((text) => typeof text === 'string' && text !== '');
  const acts =
    typeof reason === 'string' ||
    (typeof retryable === 'boolean' && typeof remedy === 'string' && typeof correlationId === 'string');
  return [
    ...(texts ? [] : ['is a problem without type, title or detail']),
    ...(acts ? [] : ['is a problem that does not say what to do']),
    ...(named === status ? [] : [`is a problem of status ${named} with status ${status}`]),
  ];
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
