import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Verifies tokens where a stage trusts several issuers; for one, API Gateway does so without it.
 *
 * 8 s: two documents of an issuer at 1.5 s each and a cold start, under the 10 s for which API Gateway waits for an authorizer.
 * 512 MB: API Gateway keeps its answers, so that many of its calls are cold starts, which CPU shortens.
 */
export const authorizer = defineFunction({
  ...functionDefaults,
  name: 'authorizer',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 8,
});
