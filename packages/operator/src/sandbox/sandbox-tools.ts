import { join } from 'node:path';
import type { Terminal } from '@gsp/cli-kit';

/** What deploying and deleting a sandbox work with. */
export interface SandboxTools {
  /** The checkout. */
  readonly rootDir: string;
  readonly terminal: Pick<Terminal, 'print' | 'during'>;
  readonly signal: AbortSignal;
}

/** Where what a sandbox leaves in the checkout is kept. */
export function sandboxDir(rootDir: string): string {
  return join(rootDir, '.deploy', 'sandbox');
}

/** The log of that region's `ampx`. */
export function sandboxLog(rootDir: string, region: string): string {
  return join(sandboxDir(rootDir), `${region}.log`);
}
