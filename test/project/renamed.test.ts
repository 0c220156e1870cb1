// Goal: what a team makes of its project leaves the tests green. Method: a copy of the repository gets another name, two other
// regions, or three, an entity, and the one command that follows; then the tests that are about the committed definition run there.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { type Checkout, checkOut } from '../rehearsal/checkout.ts';
import { asCommitted } from './as-committed.ts';

const run = promisify(execFile);
const LIMIT_MS = 600_000;

let checkout: Checkout | undefined;
afterEach(() => checkout?.remove());

const REGIONS = /regions: \[[^\]]*\]/;

/** Its indexes are in no order but the definition's. */
const ENTITY = `import { defineEntity } from '@gsp/platform/entities';
import * as z from 'zod';
export const parcel = defineEntity({
  name: 'parcel',
  schema: z.object({ street: z.string(), city: z.string().max(40), grams: z.int() }),
  partition: 'city',
  indexes: { byWeight: { partition: 'city', sort: 'grams' }, byStreet: { partition: 'street' } },
});
`;

test.each([[['us-east-1', 'us-west-2']], [['ap-southeast-2', 'us-east-2', 'ca-central-1']]])(
  'tests hold for project acme in %j',
  async (regions) => {
    checkout = await checkOut();
    const { dir } = checkout;
    const node = (...args: string[]) =>
      run(process.execPath, args, { cwd: dir, maxBuffer: 100e6, env: childEnv() });
    const path = join(dir, 'amplify/topology.ts');
    const text = await readFile(path, 'utf8');
    const policy = regions.length > 2 ? 'latency' : 'failover';
    const renamed = text
      .replace(/project: '[^']*'/, "project: 'acme'")
      .replace(REGIONS, `regions: ${JSON.stringify(regions)}`)
      .replace(/policy: '[^']*'/, `policy: '${policy}'`);
    await writeFile(path, renamed);
    await writeFile(join(dir, 'amplify/entities/parcel.ts'), ENTITY);
    await writeFile(join(dir, 'amplify/entities/index.ts'), "export { parcel } from './parcel.ts';\n");
    await node('--import', 'tsx', 'scripts/outputs.ts');
    const outputs = JSON.parse(await readFile(join(dir, 'amplify_outputs.json'), 'utf8'));
    const { platform } = outputs.custom;
    expect(Object.keys(platform.regions)).toEqual(regions);
    expect(Object.keys(platform.entities.parcels.indexes)).toEqual(['byWeight', 'byStreet']);
    const { stdout } = await node('node_modules/vitest/vitest.mjs', 'run', ...asCommitted);
    expect(stdout).toMatch(/Tests .*passed/);
  },
  LIMIT_MS,
);

/** Of this process, but for what tells a process that it is Vitest's. */
function childEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^VITEST|^NODE_ENV$|^TEST$/.test(name)),
  );
}
