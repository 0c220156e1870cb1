/** The client over the REST category of `aws-amplify`. */
export { createAmplifyTransport } from './amplify-transport.ts';
export { createPlatformClient } from './create-platform-client.ts';
export * from './public-api.ts';
