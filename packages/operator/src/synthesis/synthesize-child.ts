/**
 * The process that synthesizes one Region: imports the project's definition as `ampx` does, tells Amplify to write
 * the cloud assembly, and reports how it went. It runs in the project's folder, and everything else it
 * needs is in its environment.
 */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf, type SynthesisReport } from './synthesis-report.ts';

const rootDir = process.cwd();
const definition =
  process.env.SYNTHESIS_DEFINITION ?? pathToFileURL(join(rootDir, 'amplify/backend.ts')).href;

// Without the process that waits for it, an assembly is of no use to anybody.
process.on('disconnect', () => process.exit(1));

async function synthesizeDefinition(): Promise<SynthesisReport> {
  try {
    await import(definition);
    // Amplify made the CDK app and waits for this message to write it; the type of `emit` knows signals only.
    const emitter: NodeJS.EventEmitter = process;
    emitter.emit('message', 'amplifySynth');
    return { ok: true };
  } catch (error) {
    return { ok: false, reason: reasonOf(error, `${rootDir}/`) };
  }
}

const report = await synthesizeDefinition();
process.send?.(report, () => process.exit(report.ok ? 0 : 1));
