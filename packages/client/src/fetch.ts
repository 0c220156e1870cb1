/** The client over `fetch`, without `aws-amplify`. */
export { createClient } from './create-fetch-client.ts';
export * from './public-api.ts';
