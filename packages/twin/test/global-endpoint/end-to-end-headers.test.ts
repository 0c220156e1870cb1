import { describe, expect, test } from 'vitest';
import { endToEndHeaders } from '../../src/global-endpoint/forward-request.ts';

describe('endToEndHeaders()', () => {
  test('keeps order, case and repetitions of what goes on', () => {
    const raw = ['X-B', '1', 'x-a', '2', 'X-B', '3', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2', 'Host', 'h'];
    expect(endToEndHeaders(raw)).toEqual(raw);
  });

  test.each([
    'Connection',
    'Expect',
    'Keep-Alive',
    'Proxy-Connection',
    'TE',
    'Trailer',
    'Transfer-Encoding',
    'upgrade',
  ])('leaves out %s, which is of one hop', (name) => {
    expect(endToEndHeaders(['a', '1', name, 'x', 'b', '2'])).toEqual(['a', '1', 'b', '2']);
  });

  test('leaves out what Connection names, wherever it stands and however it is written', () => {
    const raw = [
      'x-hop',
      '1',
      'Connection',
      'close, X-Hop',
      'connection',
      ' x-other ',
      'X-Other',
      '2',
      'x-end',
      '3',
    ];
    expect(endToEndHeaders(raw)).toEqual(['x-end', '3']);
  });
});
