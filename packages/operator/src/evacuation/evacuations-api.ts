import { z } from 'zod';
import { EvacuationError } from './evacuation-error.ts';
import type { Platform, PlatformRegion } from './platform.ts';
import { type RequestToSign, type SignedResponse, sendSignedRequest } from './signed-request.ts';

const evacuationSchema = z.object({
  region: z.string(),
  reason: z.string(),
  issuedBy: z.string(),
  issuedIn: z.string(),
  issuedAt: z.string(),
  expiresAt: z.string(),
  endedAt: z.string().optional(),
  endedBy: z.string().optional(),
  inForce: z.boolean(),
});

/** An evacuation as the API tells it to an operator. Times are ISO 8601, UTC. */
export type Evacuation = z.infer<typeof evacuationSchema>;

const auditEntrySchema = z.object({
  act: z.string(),
  region: z.string(),
  by: z.string(),
  askedIn: z.string(),
  at: z.string(),
  reason: z.string().optional(),
  expiresAt: z.string().optional(),
});

const listSchema = z.object({ evacuations: z.array(evacuationSchema), audit: z.array(auditEntrySchema) });

/** Evacuations in force or recent, and who did what, newest first. */
export type EvacuationList = z.infer<typeof listSchema>;

/** What a problem document (RFC 9457) has for an operator. */
const problemSchema = z.object({ detail: z.string(), remedy: z.string().optional() });

/** In which region to ask, and how long the caller wants to wait for it. */
export interface AskOptions {
  readonly via: PlatformRegion;
  readonly signal: AbortSignal;
}

/**
 * Asks the region `via` to note that `region` is evacuated.
 *
 * @throws {EvacuationError} when it refuses, with its reasons and its remedy, or gives no answer
 */
export async function putEvacuation(
  platform: Platform,
  {
    region,
    reason,
    expiresInSeconds,
    ...ask
  }: AskOptions & { region: string; reason: string; expiresInSeconds: number },
): Promise<Evacuation> {
  const request = { method: 'PUT', path: pathOf(region), body: { reason, expiresInSeconds } } as const;
  const body = await send(platform, { act: `evacuate ${region}`, request, ...ask });
  return read(z.object({ evacuation: evacuationSchema }), body, ask.via).evacuation;
}

/**
 * Asks the region `via` to note that `region` serves again. Asking twice changes nothing.
 *
 * @throws {EvacuationError} when it refuses, or gives no answer
 */
export async function deleteEvacuation(
  platform: Platform,
  { region, ...ask }: AskOptions & { region: string },
): Promise<void> {
  await send(platform, {
    act: `restore ${region}`,
    request: { method: 'DELETE', path: pathOf(region) },
    ...ask,
  });
}

/**
 * What the replica of the region `via` knows of evacuations.
 *
 * @throws {EvacuationError} when it refuses, or gives no answer
 */
export async function listEvacuations(platform: Platform, ask: AskOptions): Promise<EvacuationList> {
  const request = { method: 'GET', path: '/control/evacuations' } as const;
  return read(listSchema, await send(platform, { act: 'list evacuations', request, ...ask }), ask.via);
}

function pathOf(region: string): string {
  return `/control/evacuations/${encodeURIComponent(region)}`;
}

async function send(
  { credentials }: Platform,
  { act, request, via, signal }: AskOptions & { act: string; request: RequestToSign },
): Promise<unknown> {
  const { endpoint, region } = via;
  const response = await sendSignedRequest(request, { endpoint, region, credentials, signal });
  if (response.status >= 200 && response.status < 300) return response.body;
  throw new EvacuationError(refusal(response, { act, via: via.region }));
}

/** A refusal in the words of whoever refused: the platform's problem, or API Gateway's own short body. */
function refusal({ status, body }: SignedResponse, { act, via }: { act: string; via: string }): string {
  const problem = problemSchema.safeParse(body);
  if (problem.success) {
    const { detail, remedy = '' } = problem.data;
    const said = detail.startsWith('Cannot ') ? detail : `Cannot ${act}: ${detail}`;
    return `${said.replace(/\.?$/, '.')} ${remedy}`.trimEnd();
  }
  if (status === 403) {
    return (
      `Cannot ${act}: ${via} answered 403, its operator policy must allow these credentials. ` +
      'Attach the managed policy <project>-<stage>-operator-<region> to whoever you are: aws sts get-caller-identity'
    );
  }
  return `Cannot ${act}: ${via} answered ${status}, an answer of the platform is needed. Check that this is its regional endpoint.`;
}

function read<T>(schema: z.ZodType<T>, body: unknown, { region, endpoint }: PlatformRegion): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new EvacuationError(
    `Cannot read the answer of ${region}: ${endpoint} runs another version of the platform. Deploy this one there, or use its own commands.`,
    { cause: parsed.error },
  );
}
