import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildFaultOf, firstLoadOf } from '../../build/console-build-report.ts';

const chunk = (
  fileName: string,
  imports: readonly string[] = [],
  { isEntry = false, css = [] as readonly string[] } = {},
) => ({ fileName, imports, isEntry, css });

describe('firstLoadOf()', () => {
  test('follows static imports from the entry, styles included, and nothing else', () => {
    const chunks = [
      chunk('later.js', ['shared.js'], { css: ['later.css'] }),
      chunk('entry.js', ['vendor.js'], { isEntry: true, css: ['entry.css'] }),
      chunk('vendor.js', ['shared.js', 'elsewhere'], { css: ['entry.css', 'vendor.css'] }),
      chunk('shared.js', ['vendor.js']),
    ];
    expect(firstLoadOf(chunks).sort()).toEqual(
      ['index.html', 'entry.js', 'vendor.js', 'shared.js', 'entry.css', 'vendor.css'].sort(),
    );
  });

  test('ends whatever imports what, and names every file once', () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    const anyChunk = (fileName: string) =>
      fc.record({
        fileName: fc.constant(fileName),
        isEntry: fc.boolean(),
        imports: fc.subarray(names),
        css: fc.subarray(['x.css', 'y.css']),
      });
    fc.assert(
      fc.property(fc.tuple(...names.map(anyChunk)), (chunks) => {
        const loaded = firstLoadOf(chunks);
        expect(new Set(loaded).size).toBe(loaded.length);
        for (const { fileName, imports, isEntry } of chunks) {
          if (isEntry) expect(loaded).toContain(fileName);
          if (loaded.includes(fileName)) expect(loaded).toEqual(expect.arrayContaining(imports));
        }
      }),
    );
  });
});

describe('buildFaultOf()', () => {
  test('takes place and words out of a coloured drawing, and the repository off its files', () => {
    const drawing =
      '\u001b[31m[PARSE_ERROR] \u001b[0mUnexpected token\n   ╭─[ packages/console/src/main.tsx:5:11 ]\n 5 │ const x = ;';
    const failed = Object.assign(new Error('Build failed with 2 errors'), {
      errors: [new Error(drawing), new Error('what follows from it')],
    });
    expect(buildFaultOf(failed, '/repo/')).toBe('packages/console/src/main.tsx:5:11: Unexpected token');
    expect(buildFaultOf(new Error('Failed to resolve /repo/src/a.ts'), '/repo/')).toBe(
      'Failed to resolve src/a.ts',
    );
    expect(buildFaultOf('no error at all', '/repo/')).toBe('no error at all');
  });
});
