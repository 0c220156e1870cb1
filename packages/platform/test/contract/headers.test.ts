import { describe, expect, it } from 'vitest';
import {
  allowedRequestHeaders,
  exposedHeaders,
  headerNames,
  originVerifyHeader,
} from '../../src/contract/headers.ts';

describe('headers', () => {
  it('are in lower case, as API Gateway hands them to a function', () => {
    const all = [
      ...Object.values(headerNames),
      ...allowedRequestHeaders,
      ...exposedHeaders,
      originVerifyHeader,
    ];
    expect(all.filter((name) => name !== name.toLowerCase())).toStrictEqual([]);
  });

  it('let no page send, and no script see, what the edge proves itself by', () => {
    expect(originVerifyHeader).toBe('x-origin-verify');
    expect([...allowedRequestHeaders, ...exposedHeaders]).not.toContain(originVerifyHeader);
  });
});
