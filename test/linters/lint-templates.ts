import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import type { AcceptedFinding } from './accepted-findings.ts';

/** One thing that a linter says of a template. */
export interface LintFinding {
  readonly tool: AcceptedFinding['tool'];
  readonly rule: string;
  /** Logical id, or a path where it is of none. */
  readonly resource: string;
  readonly message: string;
}

const TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 64 * 1024 * 1024;

/** What cfn-lint finds in templates that may be deployed to any of these Regions, of every severity. */
export async function cfnLint(
  python: string,
  { regions, templates }: { readonly regions: readonly string[]; readonly templates: readonly string[] },
): Promise<LintFinding[]> {
  const tool = join(dirname(python), 'cfn-lint');
  const findings = JSON.parse(
    await printedBy(tool, ['--format', 'json', '--regions', ...regions, '--', ...templates]),
  );
  return findings.map((found: { Rule: { Id: string }; Message: string; Location: { Path: string[] } }) => ({
    tool: 'cfn-lint',
    rule: found.Rule.Id,
    resource: found.Location.Path?.[1] ?? '',
    message: found.Message,
  }));
}

/** What checkov finds in templates. It asks nobody on the network. */
export async function checkov(python: string, templates: readonly string[]): Promise<LintFinding[]> {
  const files = templates.flatMap((template) => ['--file', template]);
  const printed = await printedBy(join(dirname(python), 'checkov'), [
    ...['--framework', 'cloudformation', '--skip-download', '--quiet', '--compact', '--output', 'json'],
    ...files,
  ]);
  const reports: readonly CheckovReport[] = [JSON.parse(printed)].flat();
  if (reports.some(({ summary }) => summary === undefined || summary.parsing_errors > 0))
    throw new Error(
      `Cannot check the templates: checkov could not read all of them\n${printed.slice(0, 500)}`,
    );
  return reports.flatMap(({ results }) =>
    results.failed_checks.map(({ check_id, check_name, resource }) => ({
      tool: 'checkov' as const,
      rule: check_id,
      resource: resource.split('.').at(-1) ?? resource,
      message: check_name,
    })),
  );
}

interface CheckovReport {
  readonly summary?: { readonly parsing_errors: number };
  readonly results: {
    readonly failed_checks: readonly {
      readonly check_id: string;
      readonly check_name: string;
      readonly resource: string;
    }[];
  };
}

/** What a linter prints. Its exit status says only that it found something. */
function printedBy(tool: string, parameters: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
    execFile(tool, parameters, limits, (error, stdout, stderr) => {
      if (stdout.trim() !== '') return resolve(stdout);
      reject(
        new Error(`Cannot lint: ${tool} printed nothing, findings as JSON are needed\n${stderr}`, {
          cause: error,
        }),
      );
    });
  });
}
