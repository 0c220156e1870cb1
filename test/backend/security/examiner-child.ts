/**
 * The process that synthesizes definitions one after the other, as `ampx` would, with cdk-nag in it. What it finds stands
 * in each cloud assembly beside the templates, as `nag-findings.json`.
 *
 * Loading CDK and Amplify takes seconds and a synthesis tenths of one, which is why they share a process. Functions are
 * not bundled: no rule looks into them, and templates differ in nothing but the hash that names each bundle.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Aspects, Stage } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { ExaminerAnswer, ExaminerJob } from './examiner.ts';
import { FindingLog } from './finding-log.ts';

// Each app that was ever made waits for the end of the process.
process.setMaxListeners(0);

const write = Stage.prototype.synth;

// Amplify makes the app and keeps it to itself; what it does with it at last is to have it written.
Stage.prototype.synth = function synth(options) {
  if (!(this instanceof App)) return write.call(this, options);
  const findings = new FindingLog();
  Aspects.of(this).add(new AwsSolutionsChecks({ reports: false, additionalLoggers: [findings] }));
  const assembly = write.call(this, options);
  writeFileSync(join(assembly.directory, 'nag-findings.json'), JSON.stringify(findings.entries));
  return assembly;
};

async function examine({ definition, region, outDir, context }: ExaminerJob): Promise<void> {
  Object.assign(process.env, {
    AWS_REGION: region,
    CDK_DEFAULT_REGION: region,
    CDK_OUTDIR: outDir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, 'aws:cdk:bundling-stacks': [] }),
  });
  await import(definition);
  // Amplify made the CDK app and waits for this message to write it; the type of `emit` knows signals only.
  const emitter: NodeJS.EventEmitter = process;
  emitter.emit('message', 'amplifySynth');
}

function isJob(message: unknown): message is ExaminerJob {
  return typeof message === 'object' && message !== null && 'definition' in message;
}

process.on('message', (message: unknown) => {
  if (!isJob(message)) return;
  const answer = (fault?: string): ExaminerAnswer => ({ fault });
  examine(message).then(
    () => process.send?.(answer()),
    (error: unknown) => process.send?.(answer(error instanceof Error ? error.stack : String(error))),
  );
});

// CDK writes every app once more before a process ends by itself.
process.on('disconnect', () => process.exit(0));
