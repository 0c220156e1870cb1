/** The gate "where packages come from": the lock file first, as it needs nobody, then what the registry knows of it. */
import { join } from 'node:path';
import { exitWith } from '@gsp/cli-kit';
import { findProjectDir } from '../project.ts';
import { auditPackages } from './audit-packages.ts';
import { checkLockProvenance } from './lock-provenance.ts';

await exitWith(async () => {
  await checkLockProvenance(join(findProjectDir(), 'package-lock.json'));
  await auditPackages({ say: (line) => process.stdout.write(`${line}\n`) });
});
