import { Command, InvalidArgumentError, Option } from 'commander';

/** A command as all of ours behave: misused, it shows how it is used; {@link exitWith} makes the exit status. */
export function newCommand(name: string, description: string): Command {
  return new Command(name).description(description).showHelpAfterError().exitOverride();
}

/** Examples for the end of a command's help, one a line. */
export function withExamples(command: Command, lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

/** `--stage`: which stage is meant. */
export function stageOption(description: string): Option {
  return new Option('--stage <name>', description);
}

/** `--regions`: some of the stage's. */
export function regionsOption(description = "some of the stage's regions only, separated by commas"): Option {
  return new Option('--regions <list>', description).argParser(parseRegions);
}

/** `--json`: the result is for a program. */
export function jsonOption(result = 'the result'): Option {
  return new Option('--json', `print ${result} as JSON`).default(false);
}

/** `--yes`: the decision has been made. */
export function yesOption(description = 'do not ask for confirmation'): Option {
  return new Option('--yes', description).default(false);
}

/** `--twin`: a twin that runs, by the URL of its control API. */
export function twinOption(description: string): Option {
  return new Option('--twin <url>', description).argParser(parseTwinUrl);
}

/** `--out`: where the result goes. */
export function outOption(what: 'file' | 'folder', description: string): Option {
  return new Option(`--out <${what}>`, description);
}

/** An older name of an option, which help does not show: scripts may hold it. */
export class FormerName extends Option {
  readonly #option: Option;

  constructor(flag: `--${string}`, option: Option) {
    super(option.flags.replace(/^--[\w-]+/, flag));
    this.#option = option;
    this.hideHelp();
    if (option.parseArg !== undefined) this.argParser(option.parseArg);
  }

  override attributeName(): string {
    return this.#option.attributeName();
  }
}

/** @throws {InvalidArgumentError} where one of them is empty */
export function parseRegions(text: string): string[] {
  const regions = text.split(',').map((region) => region.trim());
  if (regions.every((region) => region !== '')) return regions;
  throw new InvalidArgumentError('Regions are separated by commas, as in eu-west-1,eu-central-1.');
}

/** The origin of a twin's control API. @throws {InvalidArgumentError} where it is no URL of one */
export function parseTwinUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:')
    throw new InvalidArgumentError(`${text} is not the URL of a control API, such as http://127.0.0.1:4000.`);
  return url.origin;
}

/** Parses a whole number within bounds, both allowed. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${text} is not a whole number ${bounds}.`);
  };
}

/** Parses a number within bounds, both allowed. */
export function numberWithin(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+(\.\d+)?$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`${text} is not a number from ${min} to ${max}.`);
  };
}

/** Parses a port that needs no privileges. */
export function portUpTo(max = 65_535): (text: string) => number {
  return (text) => {
    const port = Number(text);
    if (/^\d+$/.test(text) && port >= 1024 && port <= max) return port;
    throw new InvalidArgumentError(`${text} is not a port from 1024 to ${max}.`);
  };
}
