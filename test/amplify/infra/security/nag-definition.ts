/**
 * The definition as `amplify/backend.ts` has it, examined by cdk-nag on its way to the cloud assembly. The findings stand
 * in the assembly beside the templates, as `nag-findings.json`.
 *
 * Functions are not bundled here, which is most of a synthesis: no rule looks into them, and templates differ in nothing
 * but the hash that names each bundle.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects, Stage } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { FindingLog } from './finding-log.ts';

const findings = new FindingLog();
const write = Stage.prototype.synth;

// Amplify makes the app and keeps it to itself; what it does with it at last is to have it written.
Stage.prototype.synth = function synth(options) {
  if (!(this instanceof App)) return write.call(this, options);
  Aspects.of(this).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [findings] }));
  const assembly = write.call(this, options);
  writeFileSync(join(assembly.directory, 'nag-findings.json'), JSON.stringify(findings.entries));
  return assembly;
};

const context: object = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');
process.env.CDK_CONTEXT_JSON = JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] });

await import('../../../../amplify/backend.ts');
