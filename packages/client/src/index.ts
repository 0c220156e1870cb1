/** The client over the REST category of `aws-amplify`. */
export { createAmplifyTransport } from './amplify-transport.ts';
export { createClient } from './create-client.ts';
export * from './public-api.ts';
