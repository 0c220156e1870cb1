import type { Issue } from './json-value.ts';
import { isInexactWhole, wholeNumberRule } from './json-value.ts';
import { limits } from './limits.ts';

/** What a JSON text says, as a value of JavaScript, and where that value would say something else. */
export interface ExactJson {
  /** The value; undefined where the text nests deeper than `limits.jsonDepthMax`. */
  readonly value: unknown;
  /** The first issues in the order of the text, at most `limits.issuesMax`; none when nothing is changed. */
  readonly issues: readonly Issue[];
}

/**
 * Reads a JSON text as `JSON.parse` does, and finds what that changes without a word: members that share a name, of
 * which only the last is kept, at any depth; numbers that are not how some double is written, in its shortest form or in 17
 * digits; whole numbers beyond 2^53-1. The text is gone through once before it is parsed, in linear time.
 *
 * What the value then holds may still be more than DynamoDB keeps: see `findUnstorable`.
 *
 * @throws SyntaxError when the text is no JSON
 */
export function parseExactJson(text: string): ExactJson {
  const { issues, isTooDeep } = scan(text);
  return { value: isTooDeep ? undefined : JSON.parse(text), issues };
}

/** A list or an object that is open at a place in the text. */
interface Level {
  /** Names so far, of an object. */
  readonly names?: Set<string>;
  /** The member or element that the place is in. */
  segment: string | number;
}

// Of a text that is no JSON it finds anything; the parser refuses that afterwards.
function scan(text: string): { readonly issues: readonly Issue[]; readonly isTooDeep: boolean } {
  const levels: Level[] = [];
  const issues: Issue[] = [];
  const report = (message: string) => {
    if (issues.length < limits.issuesMax)
      issues.push({ path: levels.map(({ segment }) => segment), message });
  };
  let level: Level | undefined;
  let isName = false;
  for (let at = 0; at < text.length; ) {
    let end = at + 1;
    switch (text.charAt(at)) {
      case '"':
        end = endOfString(text, at);
        if (isName && level !== undefined && !enterMember(level, nameOf(text.slice(at, end))))
          report('must not have this name twice');
        break;
      case '{':
      case '[':
        if (levels.length === limits.jsonDepthMax) {
          report(`must not nest lists and objects deeper than ${limits.jsonDepthMax} levels`);
          return { issues, isTooDeep: true };
        }
        isName = text.charAt(at) === '{';
        level = isName ? { names: new Set(), segment: '' } : { segment: 0 };
        levels.push(level);
        break;
      case '}':
      case ']':
        levels.pop();
        level = levels.at(-1);
        break;
      case ',':
        isName = level?.names !== undefined;
        if (typeof level?.segment === 'number') level.segment++;
        break;
      case ':':
        isName = false;
        break;
      default:
        if (!isDigitOrMinus(text.charCodeAt(at))) break;
        end = endOfNumber(text, at);
        reportNumber(text.slice(at, end), report);
    }
    at = end;
  }
  return { issues, isTooDeep: false };
}

/** Enters a member of an object; returns whether its name is new there. */
function enterMember(level: Level, name: string): boolean {
  level.segment = name;
  if (level.names?.has(name)) return false;
  level.names?.add(name);
  return true;
}

function reportNumber(literal: string, report: (message: string) => void): void {
  const message = numberIssue(literal);
  if (message !== undefined) report(message);
}

function isDigitOrMinus(code: number): boolean {
  return (code >= 0x30 && code <= 0x39) || code === 0x2d;
}

// No search for the next quote: what looks for each of many backslashes from the start would take quadratic time.
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) at++;
  }
  return text.length;
}

function endOfNumber(text: string, start: number): number {
  let end = start + 1;
  while (end < text.length && numberCharacters.includes(text.charAt(end))) end++;
  return end;
}

const numberCharacters = '0123456789.eE+-';

function nameOf(literal: string): string {
  if (!literal.includes('\\')) return literal.slice(1, -1);
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

/** Significant digits by which any double can be told from its neighbours. */
const doubleDigits = 17;

/** A double tells any decimal of so many digits from its neighbours, and one that is whole is a safe integer. */
const decimalDigits = 15;

function numberIssue(literal: string): string | undefined {
  // Most numbers: the rest takes ten times as long.
  if (literal.length <= decimalDigits && !/[eE]/.test(literal)) return undefined;
  const decimal = decimalOf(literal);
  const value = Number(literal);
  if (decimal === undefined || decimal.digits === '') return undefined;
  if (isInexactWhole(value) || (/^-?\d+$/.test(literal) && !Number.isSafeInteger(value)))
    return `${wholeNumberRule}, or a string`;
  if (decimal.digits.length > doubleDigits)
    return `must have at most ${doubleDigits} significant digits, or be a string`;
  const isKept = [String(value), value.toPrecision(doubleDigits)].some((written) => {
    const kept = decimalOf(written);
    return kept?.digits === decimal.digits && kept.exponent === decimal.exponent;
  });
  return isKept
    ? undefined
    : `must be a number that a double holds, or a string: this one would become ${value}`;
}

/** A number's significant digits, without zeros at either end, and the power of ten of the first. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

const numberForm = /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

// The sign is the same on both sides. No regular expression for the zeros at the end: it would take quadratic time.
function decimalOf(text: string): Decimal | undefined {
  const [matched, whole = '', fraction = '', power = '0'] = numberForm.exec(text) ?? [];
  if (matched === undefined) return undefined;
  const all = whole + fraction;
  let start = 0;
  while (all.charAt(start) === '0') start++;
  let end = all.length;
  while (end > start && all.charAt(end - 1) === '0') end--;
  return { digits: all.slice(start, end), exponent: whole.length - start + Number(power) };
}
