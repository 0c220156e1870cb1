import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { TwinError } from '../twin-error.ts';

const FILE = 'secrets.json';
const OWNER_ONLY = 0o600;

const versionSchema = z.object({
  versionId: z.string().min(1),
  text: z.string(),
  /** `AWSCURRENT`, `AWSPREVIOUS`. */
  stages: z.array(z.string()),
  createdAtMs: z.number(),
});
const fileSchema = z.record(z.string(), z.array(versionSchema));

/** One value that a secret has or had. */
export type SecretVersion = z.infer<typeof versionSchema>;

/** The versions of every secret, by name. */
export type SecretVersions = z.infer<typeof fileSchema>;

/**
 * The secrets of a data directory; none where there is no file yet.
 *
 * @throws {TwinError} `DataDirectoryUnusable` when the file cannot be read or holds something else
 */
export function readSecretFile(dataDir: string): SecretVersions {
  const file = join(dataDir, FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    // A copy or an editor may have made it readable for others.
    chmodSync(file, OWNER_ONLY);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return {};
    throw unusable(file, 'it cannot be read', { cause });
  }
  const parsed = fileSchema.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data;
  throw unusable(file, 'it holds something else');
}

/**
 * Writes all secrets, at once and for the owner's eyes only. Beside its place and then moved there, so that a kill in
 * between leaves the old file whole.
 *
 * @throws {TwinError} `DataDirectoryUnusable`
 */
export function writeSecretFile(dataDir: string, secrets: SecretVersions): void {
  const file = join(dataDir, FILE);
  const draft = `${file}.draft`;
  try {
    writeFileSync(draft, `${JSON.stringify(secrets, null, 2)}\n`, { mode: OWNER_ONLY });
    // The mode counts for a new file only, and a draft may be left of a start that was killed.
    chmodSync(draft, OWNER_ONLY);
    renameSync(draft, file);
  } catch (cause) {
    throw unusable(file, 'it cannot be written', { cause });
  }
}

/** Without the parser's error, which quotes the text and so perhaps a secret. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unusable(file: string, state: string, options?: ErrorOptions): TwinError {
  return new TwinError(
    'DataDirectoryUnusable',
    `Cannot use the secrets in ${file}: ${state}, JSON with the versions of every secret is needed. ` +
      'Remove the file, and the next start makes new values.',
    options,
  );
}
