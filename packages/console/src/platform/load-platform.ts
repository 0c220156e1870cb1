import type { ParsedOutputs } from '@gsp/client';
import { createTwinClient, type TwinState } from '@gsp/twin/control';
import { leadsToThisMachine, OutputsError, readPlatformOutputs } from './platform-outputs.ts';

/** What is known once the page has asked around. */
export interface LoadedPlatform {
  readonly outputs: ParsedOutputs;
  /** Whether there is a twin, or should be: then its absence is a disconnection. */
  readonly hasTwin: boolean;
  /** Its first state; null where it did not answer. */
  readonly twinState: TwinState | null;
}

const OUTPUTS_TIMEOUT_MS = 10_000;

/**
 * Finds out what platform this page stands before: reads the outputs beside it, and asks whether a twin serves it.
 *
 * @throws {OutputsError} when there are no outputs, or when they are none of this platform
 * @throws the signal's reason when the page has gone
 */
export async function loadPlatform(signal: AbortSignal): Promise<LoadedPlatform> {
  const [outputs, twinState] = await Promise.all([
    fetchOutputs(signal),
    createTwinClient()
      .state(signal)
      .catch((): null => null),
  ]);
  signal.throwIfAborted();
  return { outputs, hasTwin: twinState !== null || leadsToThisMachine(outputs), twinState };
}

async function fetchOutputs(signal: AbortSignal): Promise<ParsedOutputs> {
  let response: Response;
  try {
    response = await fetch('amplify_outputs.json', {
      // A deploy replaces the file; a copy that a browser kept would lead to regions that are gone.
      headers: { 'cache-control': 'no-cache' },
      signal: AbortSignal.any([signal, AbortSignal.timeout(OUTPUTS_TIMEOUT_MS)]),
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new OutputsError(
      'Cannot read amplify_outputs.json: whatever served this page does not answer any more. Start the twin with: npm start',
      { cause },
    );
  }
  const text = await response.text();
  if (response.ok) {
    const file = parsed(text);
    if (file !== undefined) return readPlatformOutputs(file);
  }
  throw new OutputsError(
    `Cannot read amplify_outputs.json: ${response.ok ? 'what is served there is no JSON' : `it is answered with ${response.status}`}, ` +
      'the outputs of a deploy or of the twin are needed. Start the twin with npm start, or copy the file of your deploy beside this page.',
  );
}

/** Hosting that serves index.html for whatever it lacks gives HTML here. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
