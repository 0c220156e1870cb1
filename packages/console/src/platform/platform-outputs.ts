import { isInvalidOutputsError, type ParsedOutputs, parseOutputs } from '@gsp/client/fetch';

/** A region as `amplify_outputs.json` names it. */
export interface PlatformRegion {
  readonly region: string;
  /** URL of its API, without a trailing slash. */
  readonly endpoint: string;
  readonly role: string;
}

/** `amplify_outputs.json` is missing, or is not one of this platform. The message says what to do. */
export class OutputsError extends Error {
  override readonly name = 'OutputsError';
}

/**
 * Reads the content of `amplify_outputs.json`.
 *
 * @throws {OutputsError} naming what is missing in it
 */
export function readPlatformOutputs(content: unknown): ParsedOutputs {
  try {
    return parseOutputs(content);
  } catch (cause) {
    if (!isInvalidOutputsError(cause)) throw cause;
    throw new OutputsError(
      `Cannot read amplify_outputs.json: ${cause.message} Start the twin with npm start, or deploy the platform and serve its outputs beside this page.`,
      { cause },
    );
  }
}

/** Whether the outputs lead to this machine, as those of a twin do. */
export function leadsToThisMachine({ regions }: { readonly regions: readonly PlatformRegion[] }): boolean {
  return regions.every(({ endpoint }) =>
    /^http:\/\/(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:|$)/.test(endpoint),
  );
}
