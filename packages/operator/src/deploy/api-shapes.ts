import { itemSchema, problemSchema, writeResponseSchema } from '@gsp/platform/contract';
import * as z from 'zod/mini';

// Picked from the contract, and no more of it than is acted on: a region may run another revision of it, to which it
// was just rolled back.
const item = z.pick(itemSchema, { pk: true, sk: true, region: true, data: true });

/** What has to be in the answer to a write for it to count as one. */
export const writtenSchema = z.extend(writeResponseSchema, { item });

/** What has to be in the answer to a read. */
export const readSchema = z.object({ item });

/** What has to be in a problem: RFC 9457's members, and what callers of this API act on. */
export const actionableProblemSchema = z.pick(problemSchema, {
  type: true,
  title: true,
  status: true,
  detail: true,
  retryable: true,
});
