import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Emulator } from './start-emulator.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');

/** The account that the emulator takes every caller for. */
export const EMULATED_ACCOUNT = '000000000000';

/** `cdk bootstrap` of one Region, as an operator runs it once for each account and Region. */
export async function bootstrapRegion({ env }: Emulator, region: string): Promise<void> {
  await run('npx', ['cdk', 'bootstrap', `aws://${EMULATED_ACCOUNT}/${region}`, '--app', ''], {
    cwd: ROOT,
    env: { ...env, AWS_REGION: region },
    timeout: 120_000,
  });
}
