import { createHash } from 'node:crypto';
import type { JsonObject } from '../engine/engine-client.ts';
import { sameItem } from '../item/attribute-value.ts';
import type { TokenUse } from '../journal/idempotency-tokens.ts';
import type { Intent } from '../journal/intents.ts';
import { ServiceError, validationError } from '../protocol/service-error.ts';
import type { CompletedWrite } from '../write/item-write.ts';
import { readStoredItems, restoreStamp } from '../write/stored-items.ts';
import { itemsBefore, type WriteContext, withItemLocks } from '../write/write-context.ts';
import { attempt } from './attempt.ts';
import { type Operation, withoutParameters } from './operation.ts';
import { type PlannedAction, planAction, type TransactAction, transactActions } from './transact-action.ts';

/**
 * TransactWriteItems: atomic in this region; its items replicate one by one, as on AWS
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html). A
 * repetition with the same token within ten minutes does nothing and succeeds.
 */
export const transactWriteItems: Operation = async (context, request) => {
  const actions = transactActions(context, request.TransactItems);
  const tokenUse = tokenUseOf(request);
  if (tokenUse !== undefined && wasCompleted(context, tokenUse)) return {};
  return withItemLocks(context, actions, async () => {
    // The first attempt may have been under way, or in doubt, until the locks were given.
    if (tokenUse !== undefined && wasCompleted(context, tokenUse)) return {};
    const answer = await writeAll(context, request, { actions, tokenUse });
    // A transaction that wrote something kept its token with its records; one of mere checks does so here.
    if (tokenUse !== undefined && !wasCompleted(context, tokenUse))
      context.tokens.complete(tokenUse, context.clock());
    return answer;
  });
};

async function writeAll(
  context: WriteContext,
  request: JsonObject,
  {
    actions,
    tokenUse,
  }: { readonly actions: readonly TransactAction[]; readonly tokenUse: TokenUse | undefined },
): Promise<JsonObject> {
  const before = await itemsBefore(context, actions);
  const planned = actions.map((action, index) =>
    planAction(context, action, { before: before[index], tokenUse }),
  );
  const changing = planned.filter(({ write }) => write !== undefined);
  const writes = changing.flatMap(({ write }) => (write === undefined ? [] : [write]));
  return attempt(context, writes, async (intents, call) => {
    const body = {
      ...withoutParameters(request, ['ClientRequestToken']),
      TransactItems: planned.map(({ member }) => member),
    };
    const answer = await call('TransactWriteItems', body);
    return { answer, completed: await outcomes(context, changing, intents) };
  });
}

/** Reads back what updates made of their items; one that changed nothing gives its item the stamp back. */
async function outcomes(
  context: WriteContext,
  changing: readonly PlannedAction[],
  intents: readonly Intent[],
): Promise<CompletedWrite[]> {
  const updated = await readStoredItems(
    context.engine,
    changing.filter(({ after }) => after === undefined).map(({ action }) => action),
  );
  const completed: CompletedWrite[] = [];
  for (const [index, { action, after, write }] of changing.entries()) {
    const intent = intents[index];
    if (intent === undefined) continue;
    const image = after === undefined ? (updated.get(action.table)?.get(action.key)?.item ?? null) : after;
    if (image !== null && write?.before !== undefined && sameItem(image, write.before.item))
      await restoreStamp(context.engine, action, write.before.stamp);
    else completed.push({ intent, after: image });
  }
  return completed;
}

/** Two requests are the same when what they write is; what they want to be told may differ. */
function tokenUseOf(request: JsonObject): TokenUse | undefined {
  const { ClientRequestToken: token, TransactItems: items } = request;
  if (token === undefined) return undefined;
  if (typeof token !== 'string' || token.length < 1 || token.length > 36)
    throw validationError(
      "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and 36",
    );
  return { token, requestHash: createHash('sha256').update(JSON.stringify(items)).digest('hex') };
}

/** @throws {ServiceError} `IdempotentParameterMismatchException` when another request used the token */
function wasCompleted({ tokens, clock }: WriteContext, { token, requestHash }: TokenUse): boolean {
  const hash = tokens.hashOf(token, clock());
  if (hash === undefined) return false;
  if (hash === requestHash) return true;
  throw new ServiceError(
    'IdempotentParameterMismatchException',
    'DynamoDB rejected the request because you retried a request with a different payload but with an idempotent token that was already used.',
  );
}
