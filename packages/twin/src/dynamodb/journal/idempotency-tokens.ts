import { join } from 'node:path';
import { isObject } from '../item/attribute-value.ts';
import { AppendFile } from './append-file.ts';

/** A client's token for a transaction, and what the transaction said. */
export interface TokenUse {
  readonly token: string;
  /** Hash of the request, to tell a repetition from another request with the same token. */
  readonly requestHash: string;
}

interface TimedTokenUse extends TokenUse {
  readonly timeMs: number;
}

const FILE_NAME = 'tokens.jsonl';
const COMPACT_BYTES_MIN = 1024 * 1024;
/** DynamoDB honours a token for ten minutes after the request that used it was completed. */
const VALID_MS = 10 * 60 * 1_000;

/**
 * The tokens of completed transactions
 * (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html). The engine
 * cannot keep them, since a repetition reaches it with another stamp and so as another request.
 */
export class IdempotencyTokens {
  readonly #file: AppendFile;
  readonly #uses: Map<string, TimedTokenUse>;
  #compactAtBytes = COMPACT_BYTES_MIN;

  private constructor(file: AppendFile, uses: Map<string, TimedTokenUse>) {
    this.#file = file;
    this.#uses = uses;
  }

  /** Opens the file of a folder. @throws {DataDirectoryError} `Corrupt` when a line is not JSON */
  static open(dataDir: string, nowMs: number): IdempotencyTokens {
    const { file, lines } = AppendFile.open(join(dataDir, FILE_NAME));
    const uses = new Map(lines.filter(isTimedTokenUse).map((use) => [use.token, use]));
    const tokens = new IdempotencyTokens(file, uses);
    tokens.#compact(nowMs);
    return tokens;
  }

  /** The hash of the completed request that used a token in the last ten minutes. */
  hashOf(token: string, nowMs: number): string | undefined {
    const use = this.#uses.get(token);
    return use !== undefined && use.timeMs > nowMs - VALID_MS ? use.requestHash : undefined;
  }

  /** Keeps the token of a transaction that was completed. */
  complete(use: TokenUse, nowMs: number): void {
    const { token, requestHash } = use;
    const timed = { token, requestHash, timeMs: nowMs };
    this.#file.append(`${JSON.stringify(timed)}\n`);
    this.#uses.delete(token);
    this.#uses.set(token, timed);
    if (this.#file.size > this.#compactAtBytes) this.#compact(nowMs);
  }

  close(): void {
    this.#file.close();
  }

  /** The next time is when the file has doubled, so that the work stays in proportion to what was written. */
  #compact(nowMs: number): void {
    for (const [token, use] of this.#uses) if (use.timeMs <= nowMs - VALID_MS) this.#uses.delete(token);
    this.#file.replace([...this.#uses.values()].map((use) => `${JSON.stringify(use)}\n`).join(''));
    this.#compactAtBytes = Math.max(COMPACT_BYTES_MIN, 2 * this.#file.size);
  }
}

function isTimedTokenUse(line: unknown): line is TimedTokenUse {
  return (
    isObject(line) &&
    typeof line.token === 'string' &&
    typeof line.requestHash === 'string' &&
    typeof line.timeMs === 'number'
  );
}
