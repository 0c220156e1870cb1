/**
 * The process that builds the console: `build-console-child.ts ROOT OUT_DIR`. It runs in the project's folder, reports to the
 * process that started it, and ends with that one.
 */
import { build, mergeConfig, type Rolldown } from 'vite';
import { buildFaultOf, type ConsoleBuildReport, firstLoadOf } from './console-build-report.ts';
import config from './vite.config.ts';

const [root = '', outDir = ''] = process.argv.slice(2);
const rootDir = `${process.cwd()}/`;

// Without the process that waits for it, a build is of no use to anybody.
process.on('disconnect', () => process.exit(1));

// Vite throws some of its faults where nobody can catch them, such as that of a page whose script is missing.
process.on('uncaughtException', (error) => tell({ ok: false, reason: buildFaultOf(error, rootDir) }));

async function buildPage(): Promise<ConsoleBuildReport> {
  try {
    const built = await build(
      mergeConfig(config, {
        configFile: false,
        root,
        logLevel: 'silent',
        build: { outDir, emptyOutDir: true },
      }),
    );
    return reportOf(outputOf(built));
  } catch (error) {
    return { ok: false, reason: buildFaultOf(error, rootDir) };
  }
}

/** A build that neither watches nor makes several formats has one output. */
function outputOf(built: Awaited<ReturnType<typeof build>>): Rolldown.RolldownOutput['output'] {
  const [one] = Array.isArray(built) ? built : [built];
  if (one === undefined || !('output' in one)) throw new Error('the bundler gave no output');
  return one.output;
}

function reportOf(output: Rolldown.RolldownOutput['output']): ConsoleBuildReport {
  const chunks = output.filter((file) => file.type === 'chunk');
  const modules = chunks.flatMap(({ moduleIds }) => moduleIds);
  return {
    ok: true,
    firstLoad: firstLoadOf(
      chunks.map(({ fileName, isEntry, imports, viteMetadata }) => ({
        fileName,
        isEntry,
        imports,
        css: [...(viteMetadata?.importedCss ?? [])],
      })),
    ),
    sources: modules
      .map((id) => id.replace(/\?.*$/, ''))
      .filter((id) => id.startsWith('/') && !id.includes('/node_modules/')),
  };
}

function tell(report: ConsoleBuildReport): void {
  process.send?.(report, () => process.exit(report.ok ? 0 : 1));
}

tell(await buildPage());
