import { type ProblemCode, problemDefinition, problemType } from '@gsp/platform/contract';
import {
  type Transport,
  TransportError,
  type TransportRequest,
  type TransportResponse,
} from '../../src/transport.ts';
import type { FakeClock } from './fake-clock.ts';

/** What a region does with one request. */
export interface Behaviour {
  /** Time until it answers or breaks. @default 10 */
  readonly afterMs?: number;
  /** What it answers; absent for a connection that breaks. */
  readonly response?: TransportResponse;
  /** What a connection breaks with, where it matters. */
  readonly error?: TransportError;
  /** Never answers. */
  readonly hangs?: boolean;
  /** Answers even after the request was aborted, as a transport that cannot abort does. */
  readonly ignoresAbort?: boolean;
}

/** One request as the transport saw it. */
export interface SentRequest {
  readonly region: string;
  readonly request: TransportRequest;
  readonly atMs: number;
}

/** Decides what a region does with its next request. */
export type Script = (sent: SentRequest, index: number) => Behaviour;

/** A transport that does as the script says, and keeps what was sent. */
export interface ScriptedTransport {
  readonly send: Transport;
  readonly sent: readonly SentRequest[];
}

/** Makes a transport in which the API of each region is called as the region. */
export function createScriptedTransport(clock: FakeClock, script: Script): ScriptedTransport {
  const sent: SentRequest[] = [];
  return {
    sent,
    send: (request) => {
      const entry = { region: request.apiName, request, atMs: clock.nowMs() };
      const behaviour = script(entry, sent.length);
      sent.push(entry);
      return new Promise((resolve, reject) => {
        const { afterMs = 10, response, error, hangs = false, ignoresAbort = false } = behaviour;
        const finish = () => {
          if (response === undefined)
            reject(error ?? new TransportError(`Cannot reach ${entry.region}: it broke`));
          else resolve(response);
        };
        const stop = hangs ? () => {} : clock.setTimer(afterMs, finish);
        if (ignoresAbort) return;
        request.signal.addEventListener('abort', () => {
          stop();
          reject(request.signal.reason);
        });
      });
    },
  };
}

/** A connection that breaks. */
export const broken: Behaviour = { afterMs: 5 };

/** A region that takes requests and says nothing. */
export const hanging: Behaviour = { hangs: true };

/** What a region answers with, well. */
export function good(
  region: string,
  body: object = {},
  { afterMs = 10, headers = {} }: { afterMs?: number; headers?: Readonly<Record<string, string>> } = {},
): Behaviour {
  const response = { status: 200, headers: { 'x-region': region, ...headers }, body: JSON.stringify(body) };
  return { afterMs, response };
}

/** A problem that a region answers with, as the platform does. */
export function problem(
  region: string,
  code: ProblemCode,
  {
    afterMs = 10,
    ahead,
    retryAfter,
    serverTime,
  }: { afterMs?: number; ahead?: string; retryAfter?: number | null; serverTime?: string } = {},
): Behaviour {
  const { status, scope, title, retryable, remedy, retryAfterSeconds } = problemDefinition(code);
  const detail = `Cannot do it: ${code}, better is needed`;
  const waitSeconds = retryAfter === undefined ? retryAfterSeconds : (retryAfter ?? undefined);
  const document = {
    type: problemType(code),
    title,
    status,
    detail,
    message: detail,
    retryable,
    scope,
    ...(serverTime === undefined ? {} : { serverTime }),
    remedy,
    correlationId: 'c-1',
    ...(ahead === undefined ? {} : { region: ahead }),
  };
  const headers = {
    'x-region': region,
    'content-type': 'application/problem+json',
    ...(waitSeconds === undefined ? {} : { 'retry-after': String(waitSeconds) }),
  };
  return { afterMs, response: { status, headers, body: JSON.stringify(document) } };
}

/** An answer in so many words. */
export function answer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Behaviour {
  return { response: { status, headers, body } };
}
