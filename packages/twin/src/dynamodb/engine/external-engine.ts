import { createEngineClient } from './engine-client.ts';
import { EngineError } from './engine-error.ts';
import type { EngineProcess } from './engine-process.ts';

/**
 * Takes an engine that the user runs. Several regions may be given the same one: every replica keeps its
 * tables under names that begin with its region.
 *
 * @throws {EngineError} `EngineNotReady` when nothing answers there
 */
export async function useExternalEngine(
  engineUrl: string,
  options: { readonly region: string; readonly signal?: AbortSignal },
): Promise<EngineProcess> {
  options.signal?.throwIfAborted();
  const url = engineUrl.replace(/\/+$/, '');
  const client = createEngineClient({ url, region: options.region });
  try {
    await client.call('ListTables', {});
  } catch (cause) {
    throw new EngineError(
      'EngineNotReady',
      `Cannot use the engine at ${url}: it does not answer ListTables, a DynamoDB-compatible server is needed. ` +
        'Start it there, or leave --engine out to use the bundled engine.',
      { cause },
    );
  } finally {
    await client.close();
  }
  return { pid: undefined, url, exited: new Promise(() => undefined), kill: () => undefined };
}
