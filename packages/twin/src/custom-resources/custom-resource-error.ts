import type { CustomResourceDefinition } from './custom-resource-definition.ts';

/**
 * A custom resource could not be made. The message is one line: which resource, why, and where its function's log is,
 * so that it can be shown to a person as it is.
 */
export class CustomResourceError extends Error {
  override readonly name = 'CustomResourceError';
  readonly logicalId: string;

  constructor(
    { logicalId, type, functionName }: CustomResourceDefinition,
    reason: string,
    { logFile, cause }: { logFile: string; cause?: unknown },
  ) {
    super(
      `Cannot create custom resource ${logicalId} (${type}): its function ${functionName} ${reason.replaceAll(/\s+/g, ' ')}. ` +
        `Correct the function; its log is ${logFile}.`,
      cause === undefined ? undefined : { cause },
    );
    this.logicalId = logicalId;
  }
}
