/** The client over `fetch`, without `aws-amplify`. */
export { createPlatformClient } from './create-fetch-client.ts';
export * from './public-api.ts';
