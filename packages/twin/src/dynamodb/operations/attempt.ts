import type { JsonObject } from '../engine/engine-client.ts';
import type { Intent } from '../journal/intents.ts';
import { internalServerError, ServiceError } from '../protocol/service-error.ts';
import type { CompletedWrite, ItemWrite } from '../write/item-write.ts';
import type { WriteContext } from '../write/write-context.ts';

/** What came of an attempt: the answer, and the writes that changed something. The others are dropped. */
export interface AttemptOutcome {
  readonly answer: JsonObject;
  readonly completed: readonly CompletedWrite[];
}

/** The one call to the engine that makes the writes of an attempt. */
export type WritingCall = (operation: string, body: JsonObject | string) => Promise<JsonObject>;

/**
 * Makes writes by one call to the engine, with intents before and records after it. Until the call is answered
 * a refusal means that nothing was written; whatever fails later leaves the writes in doubt, to be settled from
 * the items themselves.
 *
 * @throws {ServiceError} the engine's refusal, or `InternalServerError` when the outcome is not known
 */
export async function attempt(
  { engine, journal }: WriteContext,
  writes: readonly ItemWrite[],
  act: (intents: readonly Intent[], call: WritingCall) => Promise<AttemptOutcome>,
): Promise<JsonObject> {
  const intents = journal.begin(writes);
  let written = false;
  try {
    const { answer, completed } = await act(intents, async (operation, body) => {
      const response = await engine.call(operation, body);
      written = true;
      return response;
    });
    const kept = new Set(completed.map(({ intent }) => intent));
    journal.complete(completed);
    journal.drop(intents.filter((intent) => !kept.has(intent)));
    return answer;
  } catch (error) {
    if (!written) throw journal.failed(intents, error);
    const open = intents.filter((intent) => journal.isOpen(intent));
    journal.leaveInDoubt(open);
    throw error instanceof ServiceError && error.status >= 500
      ? error
      : internalServerError('The write was made, its answer could not be', error);
  }
}
