import { readFile } from 'node:fs/promises';
import { CommandError } from '@gsp/cli-kit';
import { isInvalidOutputsError, type ParsedOutputs, parseOutputs } from '@gsp/client/fetch';

/**
 * Reads a file of the shape of `amplify_outputs.json`, in which the outputs of all regions are merged.
 *
 * @throws {CommandError} that names the file, when there is none, or when it is not one of a platform
 */
export async function readOutputs(file: string): Promise<ParsedOutputs> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(
      `Cannot read ${file}: ${why}, the outputs of a platform are needed. Name their file with --target.`,
      { cause },
    );
  });
  try {
    return parseOutputs(JSON.parse(text));
  } catch (cause) {
    const why = isInvalidOutputsError(cause)
      ? cause.message
      : 'it is no JSON, the merged outputs of every region are needed. Write the file anew with npm run outputs, or name another with --target.';
    throw new CommandError(`Cannot use ${file}: ${why}`, { cause });
  }
}
