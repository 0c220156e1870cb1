import { startDynamodbLocal } from './dynamodb-local.ts';
import { startDynoxide } from './dynoxide.ts';
import type { EngineKind, EngineProcess, EngineStartOptions } from './engine-process.ts';
import { useExternalEngine } from './external-engine.ts';

/**
 * Starts the engine of one region, or takes the one that the user runs, and resolves once it answers.
 *
 * @throws {EngineError} `EngineMissing` when its package is not installed, `EngineNotReady` when it does not
 * come up; both say what to do
 */
export function startEngine(
  options: EngineStartOptions & { readonly kind: EngineKind },
): Promise<EngineProcess> {
  switch (options.kind) {
    case 'dynoxide':
      return startDynoxide(options);
    case 'dynamodb-local':
      return startDynamodbLocal(options);
    default:
      return useExternalEngine(options.kind, options);
  }
}
