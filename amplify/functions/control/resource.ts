import { defineFunction } from '@aws-amplify/backend';
import { functionDefaults } from '@gsp/platform/infra';

/**
 * Answers the operator's routes: evacuate a region, restore it, tell what was done. Apart from the traffic's function,
 * so that it has rights of its own: nothing that a caller sends there can evacuate a region.
 *
 * 10 s: longer than any operator's request should take, well under the 30 s at which API Gateway cuts the call and the
 * reason is lost. 512 MB: it is called so rarely that nearly every call is a cold start, which CPU shortens.
 */
export const control = defineFunction({
  ...functionDefaults,
  name: 'control',
  entry: './handler.ts',
  memoryMB: 512,
  timeoutSeconds: 10,
});
