import type { ExchangeOptions } from './raw-exchange.ts';

/** Status of a connection that ended without an answer. */
export const NO_ANSWER = 0;

/** A request that no honest client sends, and what may become of it. */
export interface HostileRequest extends ExchangeOptions {
  readonly name: string;
  readonly bytes: Buffer;
  /** Statuses that a region may answer with; {@link NO_ANSWER}: it may hang up. */
  readonly allowed: readonly number[];
  /** Several requests in one: more than one answer is no smuggled one. @default false */
  readonly mayAnswerAll?: boolean;
  /** Statuses that the global endpoint may answer with, which has a parser of its own. @default - those of a region */
  readonly allowedGlobally?: readonly number[];
}

/** What a request is made of; every part goes out as it stands. */
export interface RequestParts {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  /** Lines without their ends. @default - a Host that is good */
  readonly lines?: readonly (string | Buffer)[];
  readonly hasHost?: boolean;
  /** A length is announced unless a line says otherwise. */
  readonly body?: string | Buffer;
}

const CRLF = Buffer.from('\r\n');

/** The bytes of a request. Text goes out in UTF-8; for other bytes give a Buffer. */
export function requestBytes({
  method = 'GET',
  target = '/health/live',
  version = 'HTTP/1.1',
  lines = [],
  hasHost = true,
  body,
}: RequestParts = {}): Buffer {
  const content = body === undefined ? undefined : Buffer.from(body);
  const isFramed = lines.some((line) => /^(?:content-length|transfer-encoding)\s*:/i.test(String(line)));
  const head = [
    `${method} ${target} ${version}`,
    ...(hasHost ? ['host: localhost'] : []),
    ...lines,
    ...(content === undefined || isFramed ? [] : [`content-length: ${content.length}`]),
  ];
  const ended = head.flatMap((line) => [Buffer.from(line), CRLF]);
  return Buffer.concat([...ended, CRLF, ...(content === undefined ? [] : [content])]);
}

/** A write of this JSON text, or of these bytes, as `application/json`. */
export function writeBytes(body: string | Buffer, lines: readonly (string | Buffer)[] = []): Buffer {
  return requestBytes({
    method: 'POST',
    target: '/write',
    lines: ['content-type: application/json', ...lines],
    body,
  });
}
