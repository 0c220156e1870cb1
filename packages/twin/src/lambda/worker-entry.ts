import { extname } from 'node:path';

/**
 * Where the program of an execution environment lies: next to this module and with its extension, so that it is
 * found next to a bundle (`.js`, `.mjs`) and in the source tree (`.ts`, which Node.js runs by itself from 22.18).
 */
export function defaultWorkerEntry(): URL {
  return new URL(`./environment-worker${extname(new URL(import.meta.url).pathname)}`, import.meta.url);
}
