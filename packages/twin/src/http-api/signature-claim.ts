import { ALGORITHM_IDENTIFIER, MAX_PRESIGNED_TTL } from '@smithy/signature-v4';
import type { HttpRequest } from './http-request.ts';

/** All values of every header, names in lower case, as Node.js has them in `headersDistinct`. */
export type RequestHeaders = Readonly<Record<string, readonly string[] | undefined>>;

/** What a request says about its own signature. Nothing of it is true before the signature was computed anew. */
export interface SignatureClaim {
  readonly accessKeyId: string;
  /** Date, region, service and terminator, which the signing key is derived from. */
  readonly scope: {
    readonly date: string;
    readonly region: string;
    readonly service: string;
    readonly terminator: string;
  };
  /** In lower case. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** Time of signing, as it stands in the string that was signed: `20261122T170000Z`. */
  readonly signedAt: string;
  /** How long after the time of signing the request may be used, in milliseconds. */
  readonly lifetimeMs: number;
  /** Decoded query parameters, all of which are signed, without the signature itself. */
  readonly query: Readonly<Record<string, string[]>>;
}

/** How far the clocks of client and API may differ. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html */
export const CLOCK_SKEW_MS = 300_000;

/** Query parameters of a request whose signature is in its URL. */
const IN_QUERY = {
  algorithm: 'X-Amz-Algorithm',
  credential: 'X-Amz-Credential',
  date: 'X-Amz-Date',
  expires: 'X-Amz-Expires',
  signedHeaders: 'X-Amz-SignedHeaders',
  signature: 'X-Amz-Signature',
} as const;

/**
 * Reads the signature of a request from its Authorization header, or else from its query string (a presigned URL).
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html
 *
 * @throws {IamRefusal} when there is none, or what is there is not Signature Version 4
 */
export function signatureClaimOf(request: HttpRequest, headers: RequestHeaders): SignatureClaim {
  const query = decodedQuery(request.rawQueryString);
  const inQuery = Object.keys(query).filter((name) => name.toLowerCase() === 'x-amz-signature').length;
  const inHeader = headers.authorization ?? [];
  // A signature covers no parameter that looks like one, so a second one would be open to anybody.
  if (inHeader.length + inQuery > 1) throw new IamRefusal('the request has more than one signature');
  const [authorization] = inHeader;
  if (authorization === undefined) {
    if (inQuery === 0) throw new IamRefusal('the request is not signed');
    return claimInQuery(query);
  }
  return claimInHeader(authorization, { headers, query });
}

function claimInHeader(
  authorization: string,
  { headers, query }: { headers: RequestHeaders; query: SignatureClaim['query'] },
): SignatureClaim {
  const [, parameters] = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization) ?? [];
  if (parameters === undefined)
    throw new IamRefusal(`the Authorization header is not ${ALGORITHM_IDENTIFIER}`);
  const parts = new Map(
    parameters.split(',').map((part) => {
      const equals = part.indexOf('=');
      return [part.slice(0, equals).trim(), part.slice(equals + 1).trim()] as const;
    }),
  );
  return {
    ...credentialOf(parts.get('Credential')),
    ...signatureOf(parts.get('SignedHeaders'), parts.get('Signature')),
    signedAt: timeOf(headers),
    lifetimeMs: CLOCK_SKEW_MS,
    query,
  };
}

function claimInQuery(query: SignatureClaim['query']): SignatureClaim {
  const one = (name: string): string => {
    const [value, ...others] = query[name] ?? [];
    if (value === undefined || others.length > 0)
      throw new IamRefusal(`the query string does not have ${name} once`);
    return value;
  };
  if (one(IN_QUERY.algorithm) !== ALGORITHM_IDENTIFIER)
    throw new IamRefusal(`${IN_QUERY.algorithm} is not ${ALGORITHM_IDENTIFIER}`);
  const seconds = one(IN_QUERY.expires);
  if (!/^[1-9]\d{0,5}$/.test(seconds) || Number(seconds) > MAX_PRESIGNED_TTL)
    throw new IamRefusal(`${IN_QUERY.expires} is not a number of seconds up to ${MAX_PRESIGNED_TTL}`);
  const { [IN_QUERY.signature]: _, ...signed } = query;
  return {
    ...credentialOf(one(IN_QUERY.credential)),
    ...signatureOf(one(IN_QUERY.signedHeaders), one(IN_QUERY.signature)),
    signedAt: basicTime(one(IN_QUERY.date)),
    lifetimeMs: Number(seconds) * 1000,
    query: signed,
  };
}

function credentialOf(credential: string | undefined): Pick<SignatureClaim, 'accessKeyId' | 'scope'> {
  const [accessKeyId, date, region, service, terminator, ...others] = credential?.split('/') ?? [];
  if (
    accessKeyId === undefined ||
    date === undefined ||
    region === undefined ||
    service === undefined ||
    terminator === undefined ||
    others.length > 0
  )
    throw new IamRefusal('Credential is not <key>/<date>/<region>/<service>/aws4_request');
  return { accessKeyId, scope: { date, region, service, terminator } };
}

function signatureOf(
  signedHeaders: string | undefined,
  signature: string | undefined,
): Pick<SignatureClaim, 'signedHeaders' | 'signature'> {
  if (signedHeaders === undefined || signedHeaders === '') throw new IamRefusal('SignedHeaders is missing');
  if (signature === undefined || !/^[0-9a-f]{64}$/.test(signature))
    throw new IamRefusal('Signature is not 64 hexadecimal digits');
  return { signedHeaders: signedHeaders.split(';'), signature };
}

/** The time of signing: X-Amz-Date, and Date only where that is missing. */
function timeOf(headers: RequestHeaders): string {
  const [amzDate, ...others] = headers['x-amz-date'] ?? [];
  if (others.length > 0) throw new IamRefusal('there is more than one X-Amz-Date');
  if (amzDate !== undefined) return basicTime(amzDate);
  const [date] = headers.date ?? [];
  if (date === undefined) throw new IamRefusal('there is neither X-Amz-Date nor Date');
  const timeMs = Date.parse(date);
  if (Number.isNaN(timeMs)) return basicTime(date);
  return new Date(timeMs).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
}

function basicTime(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  throw new IamRefusal('the time of signing is not written as 20261122T170000Z');
}

/** Query parameters as they were before they were encoded; `+` stands for a space, as in a form. */
function decodedQuery(rawQueryString: string): Record<string, string[]> {
  const query = new Map<string, string[]>();
  for (const pair of rawQueryString.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
    // It would be lost in the object by which the parameters are put in order, and so be left unsigned.
    if (name === '__proto__') throw new IamRefusal('a parameter is called __proto__');
    query.set(name, [...(query.get(name) ?? []), equals === -1 ? '' : decoded(pair.slice(equals + 1))]);
  }
  return Object.fromEntries(query);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    throw new IamRefusal('the query string cannot be decoded', { cause: error });
  }
}

/**
 * Thrown for a request that an IAM authorizer does not let in. The message is the reason, as the end of a sentence,
 * for the log only: the client is told no more than `Forbidden`, as on AWS.
 */
export class IamRefusal extends Error {
  override readonly name = 'IamRefusal';
}
