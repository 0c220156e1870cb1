/** The gate "where packages come from": the lock file first, as it needs nobody, then what the registry knows of it. */
import { fileURLToPath } from 'node:url';
import { exitWith } from '@gsp/cli-kit';
import { auditPackages } from './audit-packages.ts';
import { checkLockProvenance } from './lock-provenance.ts';

const LOCK_FILE = fileURLToPath(new URL('../../../../package-lock.json', import.meta.url));

await exitWith(async () => {
  await checkLockProvenance(LOCK_FILE);
  await auditPackages({ say: (line) => process.stdout.write(`${line}\n`) });
});
