import type { TwinProcess } from './twin-process.ts';

/** An answer of a region's API with what tests look at. */
export interface ApiAnswer {
  readonly status: number;
  readonly etag: string;
  readonly session: string;
  readonly retryAfter: string | null;
  readonly body: ApiBody;
}

/** An item, or the image of a lost write. */
export interface ApiItem {
  readonly pk: string;
  readonly sk: string;
  readonly region: string;
  readonly updatedAt?: string;
  readonly data?: unknown;
}

/** An entry of the conflict log. */
export interface ApiConflict {
  readonly loser: ApiItem;
  readonly winner?: { readonly region: string };
  readonly detectedIn: string;
}

/** Members of any answer, problems included. */
export interface ApiBody {
  readonly item?: ApiItem;
  readonly items?: readonly ApiItem[];
  readonly superseded?: ApiConflict;
  readonly conflicts?: readonly ApiConflict[];
  readonly type?: string;
  readonly region?: string;
}

/** Calls one region's API with JSON, bounded in time. */
export async function callApi(
  twin: TwinProcess,
  region: string,
  {
    method = 'GET',
    path,
    body,
    headers = {},
  }: { method?: string; path: string; body?: object; headers?: Record<string, string> },
): Promise<ApiAnswer> {
  const response = await fetch(`${twin.region(region).api}${path}`, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return {
    status: response.status,
    etag: response.headers.get('etag') ?? '',
    session: response.headers.get('x-session') ?? '',
    retryAfter: response.headers.get('retry-after'),
    body: (text === '' ? {} : JSON.parse(text)) as ApiBody,
  };
}

/** Cuts or heals replication between two regions, in both directions. */
export async function setLinks(
  twin: TwinProcess,
  [here, there]: readonly [string, string],
  kind: 'cut' | 'heal',
): Promise<void> {
  for (const link of [
    [here, there],
    [there, here],
  ]) {
    const { status } = await twin.fault({ link, kind });
    if (status !== 200) throw new Error(`the twin refused to ${kind} ${link.join(' -> ')}: ${status}`);
  }
}
