import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { v7 as uuidv7 } from 'uuid';
import type { ItemKey } from '../contract/item.ts';
import type { Clock, IdGenerator, RandomInteger } from '../domain/clock.ts';
import type { Sha256 } from '../domain/digest.ts';
import type { SecretComparison } from '../domain/origin-verifier.ts';
import { describeError, type LogSink } from '../http/request-log-line.ts';
import { createTransact, type Transact, type TransactOptions } from '../store/transact.ts';

/** The computer's own clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Random whole numbers from the operating system: two regions, or two environments of one, never share a sequence. */
export const randomInteger: RandomInteger = (limit) => randomInt(limit);

/** Ids that grow with time (RFC 9562): UUIDv7. */
export const newId: IdGenerator = uuidv7;

/** SHA-256 as Node.js computes it. */
export const sha256: Sha256 = (text) => createHash('sha256').update(text).digest('hex');

/**
 * Compares digests (SHA-256), which are all of one length: `timingSafeEqual` throws for others, and a shortcut for them
 * would tell how long the secret is.
 */
export const isSameSecret: SecretComparison = (one, other) => timingSafeEqual(digest(one), digest(other));

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/**
 * Writes a line to standard output. Not through `console`: in Lambda's JSON log format that would wrap the line
 * in another JSON object, whereas a line that is JSON already is kept as it is.
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const writeLogLine: LogSink = (line) => {
  process.stdout.write(`${line}\n`);
};

/** Makes what carries out the transactions of a client of the table. */
export function transactOf(client: DynamoDBDocumentClient): Transact {
  const send: TransactOptions['send'] = (command, options) => client.send(command, options);
  return createTransact({ send, clock: systemClock, random: randomInteger, newToken: newId });
}

/** Warns of a record in the table that this API did not write and therefore does not show. */
export function logForeignRecord({ pk, sk }: ItemKey): void {
  const remedy = 'Delete the record, or keep records of other programs in a table of their own.';
  const message = `Cannot show a record: it is no item of this API. ${remedy}`;
  writeLogLine(JSON.stringify({ timestamp: new Date().toISOString(), level: 'WARN', message, pk, sk }));
}

/** Logs that one of the edge's secrets could not be read: as long as values are known, nothing else tells of it. */
export function logSecretFailure(failure: unknown): void {
  writeLogLine(
    JSON.stringify({
      timestamp: new Date().toISOString(),
      level: 'WARN',
      message: 'Cannot read a secret of the edge: the values that are known go on counting',
      error: describeError(failure),
    }),
  );
}

/** Warns of a conflict that the entity's `merge` has not resolved, so that it stands in the conflict log. */
export function logRefusedMerge(refused: {
  readonly entity: string;
  readonly key: ItemKey;
  readonly issue: string;
  readonly cause?: unknown;
}): void {
  const { entity, key, issue, cause } = refused;
  const message = `Cannot merge the conflict: ${issue}. It is in the conflict log. Correct the merge of "${entity}".`;
  const error = cause === undefined ? {} : { error: describeError(cause) };
  writeLogLine(
    JSON.stringify({ timestamp: new Date().toISOString(), level: 'WARN', message, ...key, ...error }),
  );
}
