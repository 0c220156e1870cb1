import { CommandError, runChild } from '@gsp/cli-kit';
import { z } from 'zod';
import { GATE_FAILED } from './run-gates.ts';

/** How npm ended, and what it wrote. */
export interface NpmOutcome {
  /** Undefined where it was ended because it took too long. */
  readonly status: number | undefined;
  readonly stdout: string;
}

/** What {@link auditPackages} needs. */
export interface AuditOptions {
  /** Runs npm with these arguments. @default - the one in the PATH, in the repository's root, for at most `timeoutMs` */
  readonly runNpm?: (args: readonly string[]) => Promise<NpmOutcome>;
  /** Told in one line how it went. */
  readonly say: (line: string) => void;
  /** @default 60000 */
  readonly timeoutMs?: number;
}

const severity = z.enum(['info', 'low', 'moderate', 'high', 'critical']);

/** What `npm audit --json` writes where the registry answered. @see https://docs.npmjs.com/cli/commands/npm-audit */
const reportSchema = z.object({
  vulnerabilities: z.record(z.string(), z.object({ severity, range: z.string() })),
});

/** What it writes where it could not ask: no such endpoint, no way there, a registry's own fault. */
const failureSchema = z.object({ message: z.string() });

const REPORT_CHARACTERS_MAX = 16_000_000;

/** Whatever a user's settings or NODE_ENV=production would leave out. */
const EVERY_PACKAGE = ['--include=prod', '--include=dev', '--include=optional', '--include=peer'];

const GRAVE = new Set(['high', 'critical']);

/**
 * Asks the registry for known vulnerabilities of every package, by `npm audit`: also of those for development, as they run
 * where the credentials are. A registry that cannot be asked, as a mirror may not know the question, stops nothing: that is
 * said aloud instead.
 *
 * @throws {CommandError} {@link GATE_FAILED} where one of high or critical severity is known
 */
export async function auditPackages(options: AuditOptions): Promise<void> {
  const { say, timeoutMs = 60_000, runNpm = (args) => runWithin(args, timeoutMs) } = options;
  const { status, stdout } = await runNpm(['audit', ...EVERY_PACKAGE, '--json', '--audit-level=high']);
  const skip = (why: string) =>
    say(`SKIPPED: packages are NOT audited, as ${why}. Run npm audit where the registry answers it`);
  if (status === undefined) return skip(`the registry did not answer within ${timeoutMs} ms`);
  const output = parseJson(stdout);
  const report = reportSchema.safeParse(output);
  if (!report.success) {
    const failure = failureSchema.safeParse(output);
    return skip(failure.success ? `the registry said: ${failure.data.message}` : 'npm gave no report');
  }
  const grave = Object.entries(report.data.vulnerabilities).filter(([, found]) => GRAVE.has(found.severity));
  if (grave.length === 0) return say('no known vulnerability of high severity in any package');
  const list = grave.map(([name, found]) => `  ${name} ${found.range}: ${found.severity}`).join('\n');
  throw new CommandError(
    `Cannot use these packages: ${grave.length} have a known vulnerability of high severity, none is needed.\n${list}\nRun npm audit for what is known, and npm update for a version without it`,
    { code: GATE_FAILED },
  );
}

async function runWithin(args: readonly string[], timeoutMs: number): Promise<NpmOutcome> {
  const { status, isTimeout, stdout } = await runChild('npm', {
    args,
    cwd: process.cwd(),
    timeoutMs,
    keptCharacters: REPORT_CHARACTERS_MAX,
  });
  return { status: isTimeout ? undefined : (status ?? undefined), stdout };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
