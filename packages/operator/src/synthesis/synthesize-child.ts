/**
 * The process that synthesizes one Region: imports the definition as `ampx` does, tells Amplify to write
 * the cloud assembly, and reports how it went. Everything it needs is in its environment.
 */
import { fileURLToPath } from 'node:url';
import { reasonOf, type SynthesisReport } from './synthesis-report.ts';

const rootDir = fileURLToPath(new URL('../../../../', import.meta.url));
const definition =
  process.env.SYNTHESIS_DEFINITION ?? new URL('../../../../amplify/backend.ts', import.meta.url).href;

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
    return { ok: false, reason: reasonOf(error, rootDir) };
  }
}

const report = await synthesizeDefinition();
process.send?.(report, () => process.exit(report.ok ? 0 : 1));
