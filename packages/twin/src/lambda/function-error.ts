import type { FunctionError } from './invocation-result.ts';

/** A failure that Lambda names itself, such as `Runtime.HandlerNotFound`. The name is the error type. */
export class RuntimeError extends Error {
  constructor(errorType: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = errorType;
  }
}

/** Anything thrown, in the shape in which Lambda reports it. Never throws, whatever was thrown. */
export function toFunctionError(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: printable(thrown), trace: [] };
  }
  return {
    errorType: printable(thrown.name),
    errorMessage: printable(thrown.message),
    trace: printable(thrown.stack ?? '').split('\n'),
  };
}

function printable(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
