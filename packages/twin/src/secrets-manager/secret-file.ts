import { join } from 'node:path';
import { z } from 'zod';
import { readOwnFile, replaceOwnFile } from '../own-file.ts';
import { TwinError } from '../twin-error.ts';

const FILE = 'secrets.json';

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
  let bytes: Buffer | undefined;
  try {
    bytes = readOwnFile(file);
  } catch (cause) {
    throw unusable(file, 'it cannot be read', { cause });
  }
  if (bytes === undefined) return {};
  const parsed = fileSchema.safeParse(parsedJson(bytes.toString('utf8')));
  if (parsed.success) return parsed.data;
  throw unusable(file, 'it holds something else');
}

/**
 * Writes all secrets, at once and for the owner's eyes only.
 *
 * @throws {TwinError} `DataDirectoryUnusable`
 */
export function writeSecretFile(dataDir: string, secrets: SecretVersions): void {
  const file = join(dataDir, FILE);
  try {
    replaceOwnFile(file, `${JSON.stringify(secrets, null, 2)}\n`);
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
