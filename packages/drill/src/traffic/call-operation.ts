import type { Answered, CallOptions, ConditionalWriteOptions, PlatformClient } from '@gsp/client';
import { DrillError } from '../drill-error.ts';
import type { Operation } from '../judge/history.ts';
import { versionText } from '../judge/image-ancestry.ts';

/**
 * Carries an operation out by the method of the client that is meant for it.
 *
 * @throws {DrillError} for an operation that a typed client cannot express
 */
export function callOperation(
  client: PlatformClient,
  operation: Operation,
  options: CallOptions,
): Promise<Answered<object>> {
  const data = { op: operation.id };
  const write = { ...options, idempotencyKey: operation.idempotencyKey ?? null };
  switch (operation.kind) {
    case 'post':
      return client.writeItem({ pk: operation.pk, data }, write);
    case 'put':
      return client.putItem({ ...keyOf(operation), data }, { ...write, ...conditionOf(operation.match) });
    case 'delete':
      return client.deleteItem(keyOf(operation), { ...write, ...conditionOf(operation.match) });
    case 'read':
      return client.getItem(keyOf(operation), options);
    case 'increment':
      return client.incrementCounter({ id: operation.counter, by: operation.by }, write);
    case 'count':
      return client.getCounter({ id: operation.counter }, options);
    case 'misuse':
      throw new DrillError(
        `Cannot send ${operation.id} through the client: it is made of a path and a body, a typed operation is needed.`,
      );
  }
}

function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): { pk: string; sk: string } {
  return { pk, sk };
}

function conditionOf(
  match: Readonly<Record<string, number>> | 'none' | undefined,
): Pick<ConditionalWriteOptions, 'ifMatch' | 'ifNoneMatch'> {
  if (match === undefined) return {};
  return match === 'none' ? { ifNoneMatch: '*' } : { ifMatch: `"${versionText(match)}"` };
}
