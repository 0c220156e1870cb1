export { cloudPlatform } from './cloud-platform.ts';
export type { Platform } from './platform.ts';
export { twinPlatform } from './twin-platform.ts';
