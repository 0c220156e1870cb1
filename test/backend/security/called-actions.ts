import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const FUNCTIONS_DIR = fileURLToPath(new URL('../../../packages/platform/src/functions/', import.meta.url));

/**
 * Actions that a command of the SDK needs. A transaction needs those of its parts, and ours put and update.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  DescribeTable: ['dynamodb:DescribeTable'],
  Get: ['dynamodb:GetItem'],
  GetSecretValue: ['secretsmanager:GetSecretValue'],
  Put: ['dynamodb:PutItem'],
  Query: ['dynamodb:Query'],
  TransactWrite: ['dynamodb:PutItem', 'dynamodb:UpdateItem'],
  Update: ['dynamodb:UpdateItem'],
};

/**
 * Actions whose commands stand in the code of a function, everything that it reaches included. Its own packages are left
 * out, and so is what the bundler finds to be unreachable; within an adapter it cannot tell which methods are called.
 *
 * @throws where a command is not known here
 */
export async function calledActions(name: string): Promise<Set<string>> {
  const { outputFiles } = await build({
    entryPoints: [join(FUNCTIONS_DIR, `${name}-handler.ts`)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    packages: 'external',
  });
  const code = outputFiles.map(({ text }) => text).join('\n');
  return new Set(
    [...code.matchAll(/new (?:\w+\.)?(\w+)Command\(/g)].flatMap(([, command = '']) => actionsOf(command)),
  );
}

function actionsOf(command: string): readonly string[] {
  const actions = ACTIONS[command];
  if (actions === undefined)
    throw new Error(`Cannot tell what ${command}Command needs: add its actions to the table`);
  return actions;
}
