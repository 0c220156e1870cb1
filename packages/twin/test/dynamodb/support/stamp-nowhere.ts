import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';

/** What must not be seen through the endpoint: the hidden attribute, its placeholders, the engine's table names. */
const HIDDEN = ['~twin', 'twin_stamp', '.gsp-test-items'];

/** Paths in a value at which something hidden shows, in names as well as in texts. */
export function hiddenPaths(value: unknown, path = '$', seen = new Set<unknown>()): string[] {
  if (typeof value === 'string') return HIDDEN.some((text) => value.includes(text)) ? [path] : [];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || seen.has(value))
    return [];
  seen.add(value);
  return Reflect.ownKeys(value).flatMap((key) => {
    const name = String(key);
    const own = HIDDEN.some((text) => name.includes(text)) ? [`${path}.${name}`] : [];
    return [...own, ...hiddenPaths(Reflect.get(value, key), `${path}.${name}`, seen)];
  });
}

/** Makes every answer and every error of a client fail its test when it shows something hidden. */
export function expectStampNowhere<Client extends DynamoDBClient | DynamoDBStreamsClient>(
  client: Client,
): Client {
  // Both stacks take the same middleware; their types differ in the inputs only, which are passed on as they are.
  const stack = client.middlewareStack as DynamoDBClient['middlewareStack'];
  stack.add(
    (next) => async (args) => {
      const outcome = await next(args).catch((error: unknown) => {
        assertNothingHidden(errorParts(error));
        throw error;
      });
      assertNothingHidden(outcome.output);
      return outcome;
    },
    { step: 'initialize', priority: 'high', name: 'expectStampNowhere' },
  );
  return client;
}

/** The parts of an error that the service made; `$response` holds the connection with the request. */
function errorParts(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const { message, name } = error;
  const { Item, CancellationReasons } = error as { Item?: unknown; CancellationReasons?: unknown };
  return { message, name, Item, CancellationReasons };
}

function assertNothingHidden(value: unknown): void {
  const paths = hiddenPaths(value);
  if (paths.length > 0) throw new Error(`Something hidden is visible at ${paths.join(', ')}`);
}
