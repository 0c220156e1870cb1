import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExactJson } from '../../src/contract/exact-json.ts';
import { findUnstorable } from '../../src/contract/json-value.ts';
import { limits } from '../../src/contract/limits.ts';

function outcomeOf(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error instanceof SyntaxError ? 'SyntaxError' : error;
  }
}

/** The value of a decimal as a fraction of whole numbers, by arithmetic of its own. */
function fractionOf(text: string): { readonly numerator: bigint; readonly power: number } {
  const [mantissa = '', power = '0'] = text.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  let numerator = BigInt(whole + fraction);
  let exponent = Number(power) - fraction.length;
  while (numerator !== 0n && numerator % 10n === 0n) {
    numerator /= 10n;
    exponent++;
  }
  return numerator === 0n ? { numerator, power: 0 } : { numerator, power: exponent };
}

const digits = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength });
const numberText = fc
  .tuple(
    fc.constantFrom('', '-'),
    digits(25).map((text) => text.replace(/^0+(?=\d)/, '')),
    fc.oneof(
      fc.constant(''),
      digits(25).map((text) => `.${text}`),
    ),
    fc.oneof(
      fc.constant(''),
      fc.integer({ min: -420, max: 420 }).map((power) => `e${power}`),
    ),
  )
  .map((parts) => parts.join(''));

describe('parseExactJson()', () => {
  it('reads what JSON.parse() reads, and finds nothing in what JSON.stringify() has written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const { value: read, issues } = parseExactJson(text);
        expect(read).toStrictEqual(JSON.parse(text));
        const isWhole = (issue: { message: string }) => issue.message.includes('whole number');
        expect(issues.filter((issue) => !isWhole(issue))).toStrictEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('refuses what JSON.parse() refuses, and gives its value for all else', () => {
    const valid = fc.jsonValue().map((value) => JSON.stringify(value));
    const damaged = fc
      .tuple(valid, fc.nat(), fc.constantFrom(...'{}[],:"\\0123456789.eE+-u\n tfn'), fc.nat(3))
      .map(([text, place, character, gone]) => {
        const at = place % (text.length + 1);
        return text.slice(0, at) + character + text.slice(at + gone);
      });
    const soup = fc.string({ unit: fc.constantFrom(...'{}[],:"\\01.e- a'), maxLength: 30 });
    fc.assert(
      fc.property(fc.oneof(damaged, soup, fc.string({ unit: 'binary' })), (text) => {
        const expected = outcomeOf(() => JSON.parse(text));
        expect(outcomeOf(() => parseExactJson(text).value)).toStrictEqual(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it('lets a number pass only if its double, in the shortest form or in 17 digits, is that very number', () => {
    fc.assert(
      fc.property(numberText, (text) => {
        const { value, issues } = parseExactJson(text);
        const number = Number(value);
        const written = Number.isFinite(number) ? [String(number), number.toPrecision(17)] : [];
        const isKept = written.some((each) => {
          const [one, other] = [fractionOf(each), fractionOf(text)];
          return one.numerator === other.numerator && one.power === other.power;
        });
        const isWhole = !text.includes('.') && !text.includes('e');
        const isSafe = isWhole ? Number.isSafeInteger(number) : Math.abs(number) <= Number.MAX_SAFE_INTEGER;
        const passes = isKept && (isSafe || (!isWhole && Math.abs(number) >= 1e21));
        expect([text, issues.length === 0]).toStrictEqual([text, passes]);
      }),
      { numRuns: 20_000 },
    );
  });

  it('lets every double pass that DynamoDB keeps, as JavaScript, C and Python write it', () => {
    const forms = [
      String,
      (value: number) => value.toPrecision(17),
      (value: number) => value.toExponential(),
    ];
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.constantFrom(...forms),
        (value, form) => {
          fc.pre(findUnstorable(value).length === 0 && !Object.is(value, -0));
          expect(parseExactJson(form(value))).toStrictEqual({ value, issues: [] });
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['9007199254740992', 'whole number'],
    ['9007199254740993', 'whole number'],
    ['-9007199254740993', 'whole number'],
    ['9007199254740993.0', 'whole number'],
    ['1e16', 'whole number'],
    ['123456789012345678901234567890', 'whole number'],
    ['1000000000000000000000', 'whole number'],
    ['0.123456789012345678901234567890', '17 significant digits'],
    ['1.00000000000000001', '17 significant digits'],
    ['9.0071992547409933', 'would become 9.007199254740993'],
    ['0.12345678901234567', 'would become 0.12345678901234566'],
    ['1e400', 'would become Infinity'],
    ['1.7976931348623159e308', 'would become Infinity'],
    ['-1e400', 'would become -Infinity'],
    ['1e-400', 'would become 0'],
    ['4e-324', 'would become 5e-324'],
    [`1e${'9'.repeat(50)}`, 'would become Infinity'],
    [`1e-${'9'.repeat(50)}`, 'would become 0'],
  ])('names the path of the number %s', (text, message) => {
    const expected = [{ path: ['a', 1, 'b'], message: expect.stringContaining(message) }];
    expect(parseExactJson(`{"a":[0,{"b":${text}}]}`).issues).toStrictEqual(expected);
  });

  it.each(['0', '-0', '0.000', '0e400', '1.0', '1.50', '100e-2', '9007199254740991', '-9007199254740991'])(
    'lets %s pass',
    (text) => {
      expect(parseExactJson(text)).toStrictEqual({ value: JSON.parse(text), issues: [] });
    },
  );

  it.each(['0.10000000000000001', '0.30000000000000004', '6.02214076e23', '1e21', '5e-324'])(
    'lets %s pass, a double as programs write it',
    (text) => {
      expect(parseExactJson(text)).toStrictEqual({ value: Number(text), issues: [] });
    },
  );

  it.each([
    ['{"a":1,"a":1}', ['a']],
    ['{"a":1,"b":{"c":[2,{"d":3,"d":4}]}}', ['b', 'c', 1, 'd']],
    ['{"a":1,"\\u0061":2}', ['a']],
    ['{"__proto__":1,"__proto__":2}', ['__proto__']],
    ['{"\\ud83d\\ude00":1,"😀":2}', ['😀']],
    ['{"a":{"x":1},"a":{"y":2}}', ['a']],
    ['{"":1,"":2}', ['']],
    ['[[{"constructor":1 , "constructor" : 2}]]', [0, 0, 'constructor']],
  ])('names the path of a name that comes twice: %s', (text, path) => {
    const issues = [{ path, message: 'must not have this name twice' }];
    expect(parseExactJson(text)).toStrictEqual({ value: JSON.parse(text), issues });
  });

  it('takes the same name in several objects, and strings that look like names or numbers', () => {
    const text = '{"a":{"a":"a"},"b":["a","a","9007199254740993","{\\"a\\":1,\\"a\\":2}"],"c":{"a":1}}';
    expect(parseExactJson(text)).toStrictEqual({ value: JSON.parse(text), issues: [] });
  });

  it('finds every name that comes twice, wherever members stand', () => {
    const members = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'é', '"', '\\'), fc.jsonValue()), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(members, fc.boolean(), (list, isEscaped) => {
        const nameText = (name: string) =>
          isEscaped ? `"\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}"` : JSON.stringify(name);
        const text = `[{${list.map(([name]) => `${nameText(name)}: {"a":[true]}`).join(', ')}}]`;
        const names = list.map(([name]) => name);
        const twice = names.filter((name, index) => names.indexOf(name) < index);
        expect(parseExactJson(text).issues.map(({ path }) => path)).toStrictEqual(
          twice.map((name) => [0, name]),
        );
      }),
    );
  });

  it('does not parse what nests too deep', () => {
    const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(parseExactJson(deep(limits.jsonDepthMax)).issues).toStrictEqual([]);
    const { value, issues } = parseExactJson(`{"a":${deep(100_000)}}`);
    expect(value).toBeUndefined();
    expect(issues).toStrictEqual([
      {
        path: ['a', ...Array.from({ length: limits.jsonDepthMax - 1 }, () => 0)],
        message: expect.stringContaining('64'),
      },
    ]);
  });

  it('names a bounded number of issues', () => {
    expect(parseExactJson(`[${'1e400,'.repeat(1_000)}0]`).issues).toHaveLength(limits.issuesMax);
  });

  it('keeps names of the prototype where they are: as members', () => {
    const { value } = parseExactJson('{"__proto__":{"pk":"a"},"toString":1}');
    expect(Object.keys(Object(value))).toStrictEqual(['__proto__', 'toString']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});
