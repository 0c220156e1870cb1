import { type Stack, Stage } from 'aws-cdk-lib';

/**
 * The app that a backend's stack is in, where a root stack beside it belongs: `ampx` deploys every root stack that it
 * finds, in the order of their dependencies.
 *
 * @throws {Error} where the stack is in no app
 */
export function appOf(backend: Stack): Stage {
  const app = Stage.of(backend);
  if (app !== undefined) return app;
  throw new Error(
    `Cannot put a stack beside ${backend.stackName}: it belongs to no app. Synthesize with ampx or npm start.`,
  );
}
