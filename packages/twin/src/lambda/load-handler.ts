import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RuntimeError } from './function-error.ts';

/** A Lambda handler: it gets the event and its context and answers, at once or through a promise. */
export type Handler = (event: unknown, context: unknown) => unknown;

/** The extensions that the Node.js runtime tries, in its order. */
const EXTENSIONS = ['.js', '.mjs', '.cjs'];

/**
 * Imports the module that a handler string names, and takes the handler out of it.
 *
 * @param codeDir absolute folder of the code
 * @param handler e.g. `index.handler`, `src/index.api.handler`
 * @throws {RuntimeError} named as Lambda names it: `Runtime.MalformedHandlerName`, `Runtime.ImportModuleError`,
 *   `Runtime.UserCodeSyntaxError`, `Runtime.HandlerNotFound`, `Runtime.CallbackHandlerDeprecated`
 * @throws whatever the module itself throws while it loads
 */
export async function loadHandler(codeDir: string, handler: string): Promise<Handler> {
  const { modulePath, exportPath } = parseHandler(handler);
  const file = EXTENSIONS.map((extension) => join(codeDir, modulePath + extension)).find((path) =>
    existsSync(path),
  );
  if (file === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Cannot load handler "${handler}": no ${EXTENSIONS.map((e) => modulePath + e).join(', ')} in ${codeDir}`,
    );
  }
  const found = exportPath.reduce<unknown>((value, key) => propertyOf(value, key), await importModule(file));
  if (typeof found !== 'function') {
    throw new RuntimeError(
      'Runtime.HandlerNotFound',
      `Cannot find handler "${handler}": ${file} does not export a function named "${exportPath.join('.')}"`,
    );
  }
  // Node.js 24 on Lambda has async handlers only: a third parameter is the callback of the old signature.
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
  if (found.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      `Cannot run handler "${handler}": it takes a callback, which Lambda no longer offers. Make it an async function.`,
    );
  }
  return found as Handler;
}

function parseHandler(handler: string): { modulePath: string; exportPath: string[] } {
  const slash = handler.lastIndexOf('/') + 1;
  const [moduleName = '', ...exportPath] = handler.slice(slash).split('.');
  if (moduleName === '' || exportPath.length === 0 || exportPath.includes('') || handler.includes('..')) {
    throw new RuntimeError(
      'Runtime.MalformedHandlerName',
      `Cannot read handler "${handler}": it must be <module>.<export>`,
    );
  }
  return { modulePath: handler.slice(0, slash) + moduleName, exportPath };
}

async function importModule(file: string): Promise<unknown> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    const code = propertyOf(error, 'code');
    if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
      throw new RuntimeError('Runtime.ImportModuleError', `Error: ${messageOf(error)}`, { cause: error });
    }
    if (error instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, {
        cause: error,
      });
    }
    throw error;
  }
}

function propertyOf(value: unknown, key: string): unknown {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined;
  return (value as Record<string, unknown>)[key];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
