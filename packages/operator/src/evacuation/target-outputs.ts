import { readFile } from 'node:fs/promises';
import { CommandError } from '@gsp/cli-kit';
import type { RegionAddress } from '@gsp/client/operator';
import { z } from 'zod';

const outputsSchema = z.object({
  custom: z.object({
    API: z.record(z.string(), z.object({ endpoint: z.url(), region: z.string() })),
    platform: z.object({
      project: z.string(),
      stage: z.string(),
      regions: z.record(z.string(), z.object({ role: z.string(), apiName: z.string() })),
      domain: z.object({ zoneName: z.string(), globalName: z.string() }).nullish(),
    }),
  }),
});

/** What an outputs file says of a deployed platform. */
export interface TargetOutputs {
  readonly project: string;
  readonly stage: string;
  /** The primary first, as written. */
  readonly regions: readonly RegionAddress[];
  readonly primary: string | undefined;
  readonly domain: { readonly zoneName: string; readonly globalName: string } | null;
}

/**
 * Reads a file of the shape of `amplify_outputs.json`, in which the outputs of all regions are merged.
 *
 * @throws {CommandError} when there is no such file, or when it is not one of this platform
 */
export async function readTargetOutputs(file: string): Promise<TargetOutputs> {
  const { API, platform } = await readCustom(file);
  return {
    project: platform.project,
    stage: platform.stage,
    regions: Object.entries(platform.regions).map(([region, { apiName }]) => {
      const endpoint = API[apiName]?.endpoint;
      if (endpoint === undefined)
        throw incomplete(file, `it has no endpoint of ${region} (custom.API['${apiName}'])`);
      return { region, endpoint: endpoint.replace(/\/+$/, '') };
    }),
    primary: Object.entries(platform.regions).find(([, { role }]) => role === 'primary')?.[0],
    domain: platform.domain ?? null,
  };
}

async function readCustom(file: string): Promise<z.infer<typeof outputsSchema>['custom']> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandError(
      `Cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}, the outputs of a deployed platform are needed. Name the file with --target.`,
      { cause },
    );
  }
  try {
    return outputsSchema.parse(JSON.parse(text)).custom;
  } catch (cause) {
    const at = cause instanceof z.ZodError ? cause.issues[0]?.path.join('.') : undefined;
    throw incomplete(file, at === undefined ? 'it is no JSON' : `${at} is missing or of another kind`, cause);
  }
}

function incomplete(file: string, why: string, cause?: unknown): CommandError {
  return new CommandError(
    `Cannot use ${file}: ${why}, the merged outputs of every region are needed. Deploy again, and take the file that the deployment writes.`,
    { cause },
  );
}
