import { z } from 'zod';

/** Headers by which a region tells who it is, and a writer names one write. */
export const API_HEADERS = { region: 'x-region', idempotencyKey: 'idempotency-key' } as const;

const item = z.object({
  pk: z.string(),
  sk: z.string().min(1),
  region: z.string(),
  data: z.unknown().optional(),
});

/** What has to be in the answer to a write for it to count as one. */
export const writtenSchema = z.object({ written: z.literal(true), item });

/** What has to be in the answer to a read. */
export const readSchema = z.object({ item });

/** What has to be in a problem: RFC 9457's members, and what callers of this API act on. */
export const problemSchema = z.object({
  type: z.string().min(1),
  title: z.string().min(1),
  status: z.int(),
  detail: z.string().min(1),
  retryable: z.boolean(),
});
