import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { IamCredential } from '../http-api/request-signature.ts';
import { readOwnFile, replaceOwnFile } from '../own-file.ts';
import { TwinError } from '../twin-error.ts';

/** The access key of the twin's operator, and the file that holds it. */
export interface OperatorCredentials {
  /** JSON `{accessKeyId, secretAccessKey}`, for its owner's eyes only. */
  readonly file: string;
  readonly credential: IamCredential;
}

const FILE = 'credentials.json';
const USER_NAME = 'operator';

const schema = z.object({
  accessKeyId: z.string().regex(/^[A-Z0-9]{16,128}$/),
  secretAccessKey: z.string().regex(/^[A-Za-z0-9/+=]{16,128}$/),
});

type AccessKey = z.infer<typeof schema>;

/**
 * The operator's access key of a data directory: the one that is there, or else a new one. It opens this twin and
 * nothing else; the secret goes into the file and into no message.
 *
 * @param dataDir a folder that this process owns
 * @throws {TwinError} `DataDirectoryUnusable` when the file cannot be read or written, or holds no access key
 */
export function openOperatorCredentials(
  dataDir: string,
  { random = randomBytes }: { random?: (bytes: number) => Uint8Array } = {},
): OperatorCredentials {
  const file = join(dataDir, FILE);
  const accessKey = readAccessKey(file) ?? makeAccessKey(file, random);
  return { file, credential: { ...accessKey, userName: USER_NAME } };
}

function readAccessKey(file: string): AccessKey | undefined {
  let bytes: Buffer | undefined;
  try {
    bytes = readOwnFile(file);
  } catch (cause) {
    throw unusable(file, 'it cannot be read', { cause });
  }
  if (bytes === undefined) return undefined;
  const parsed = schema.safeParse(parsedJson(bytes.toString('utf8')));
  if (parsed.success) return parsed.data;
  throw unusable(file, 'it holds something else');
}

/** Without the parser's error, which quotes the text and so perhaps the secret. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function makeAccessKey(file: string, random: (bytes: number) => Uint8Array): AccessKey {
  const accessKey = {
    accessKeyId: `AKIATWIN${base32(random(12))}`,
    secretAccessKey: Buffer.from(random(30)).toString('base64'),
  };
  try {
    replaceOwnFile(file, `${JSON.stringify(accessKey, null, 2)}\n`);
  } catch (cause) {
    throw unusable(file, 'it cannot be written', { cause });
  }
  return accessKey;
}

/** One of the 32 characters of AWS's access key ids for every byte. */
function base32(bytes: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return [...bytes].map((byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

function unusable(file: string, state: string, options?: ErrorOptions): TwinError {
  return new TwinError(
    'DataDirectoryUnusable',
    `Cannot use the operator's credentials in ${file}: ${state}, JSON with accessKeyId and secretAccessKey is needed. ` +
      'Remove the file, and the next start makes a new one.',
    options,
  );
}
