import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ProbeError } from './probe-error.ts';

/** The addresses in an outputs file; everything else is the client's to judge. */
const endpointsSchema = z.looseObject({
  custom: z.looseObject({ API: z.record(z.string(), z.looseObject({ endpoint: z.string() })) }),
});

/** What an outputs file holds, as far as a probe looks at it. */
export type ProbeOutputs = z.infer<typeof endpointsSchema>;

/**
 * Reads a file of the shape of `amplify_outputs.json`.
 *
 * @throws {ProbeError} when there is no such file, it holds no API, or one that is reached by anything but HTTP
 */
export async function readOutputs(file: string): Promise<ProbeOutputs> {
  const outputs = parse(file, await read(file));
  for (const [name, { endpoint }] of Object.entries(outputs.custom.API)) {
    if (isHttp(endpoint)) continue;
    throw new ProbeError(
      `Cannot probe ${file}: custom.API['${name}'].endpoint is ${endpoint}, an address that begins with http:// or https:// is needed. Write the file anew with npm run outputs.`,
    );
  }
  return outputs;
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ProbeError(
      `Cannot read ${file}: ${textOf(cause)}, the outputs of a platform are needed. Name their file with --target.`,
      { cause },
    );
  }
}

function parse(file: string, text: string): ProbeOutputs {
  try {
    return endpointsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError ? `it has no ${cause.issues[0]?.path.join('.')}` : 'it is no JSON';
    throw new ProbeError(
      `Cannot probe ${file}: ${why}, the merged outputs of every region are needed. Write the file anew with npm run outputs, or name another with --target.`,
      { cause },
    );
  }
}

function isHttp(endpoint: string): boolean {
  return URL.canParse(endpoint) && ['http:', 'https:'].includes(new URL(endpoint).protocol);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
