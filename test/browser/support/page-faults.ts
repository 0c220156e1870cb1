import type { BrowserContext, ConsoleMessage, Page, Request } from 'playwright-core';

/** Something that a page must not do, in a line for a person. */
interface PageFault {
  readonly what: string;
  /** Where it came from or went to; empty where the browser does not say. */
  readonly url: string;
}

/** Everything that went wrong in a context's pages, as it happens. */
export interface PageFaults {
  /** Failures at a URL that starts so are what the test is about; errors of the page's own code never are. */
  expectAt(urlStart: string): void;
  /** What nobody expected, a line each. */
  unexpected(): readonly string[];
}

/** The global function of a page that its policy's violations are told to. */
const TELL_VIOLATION = 'tellViolation';

/**
 * Watches every page of a context, from before its first script on: errors that nobody caught, errors written to the
 * browser's console, requests that got no answer or one of 400 and above, and violations of the content security policy.
 */
export async function watchPageFaults(context: BrowserContext): Promise<PageFaults> {
  const uncaught: string[] = [];
  const located: PageFault[] = [];
  const expected: string[] = [];
  await context.exposeFunction(TELL_VIOLATION, (violation: string) => {
    uncaught.push(`violation of the content security policy: ${violation}`);
  });
  await context.addInitScript(
    `document.addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI, sourceFile }) =>
      ${TELL_VIOLATION}(effectiveDirective + ' forbids ' + blockedURI + ', in ' + sourceFile));`,
  );
  context.on('weberror', (webError) => {
    const error = webError.error();
    uncaught.push(`uncaught: ${error.stack ?? error.message}`);
  });
  context.on('console', (message) => located.push(...faultOf(message)));
  context.on('requestfailed', (request) => {
    if (!isAborted(request))
      located.push({
        what: `${request.method()} failed: ${request.failure()?.errorText ?? ''}`,
        url: request.url(),
      });
  });
  context.on('response', (response) => {
    if (response.status() >= 400)
      located.push({
        what: `${response.request().method()} answered ${response.status()}`,
        url: response.url(),
      });
  });
  return {
    expectAt: (urlStart) => expected.push(urlStart),
    unexpected: () =>
      counted([
        ...uncaught,
        ...located
          .filter(({ url }) => !expected.some((start) => url.startsWith(start)))
          .map(({ what, url }) => `${what} (${url})`),
      ]),
  };
}

/** Each line once: a page that asks again and again fails again and again. */
function counted(lines: readonly string[]): readonly string[] {
  return [...new Set(lines)].map((line) => {
    const times = lines.filter((other) => other === line).length;
    return times === 1 ? line : `${times} times: ${line}`;
  });
}

function faultOf(message: ConsoleMessage): PageFault[] {
  if (message.type() !== 'error' && message.type() !== 'warning') return [];
  return [{ what: `${message.type()} in the console: ${message.text()}`, url: message.location().url }];
}

/** The page took the request back itself: the loser of a hedge, a poll of a panel that has gone. */
function isAborted(request: Request): boolean {
  return request.failure()?.errorText === 'net::ERR_ABORTED';
}

/** Waits until what the page has said so far has arrived here. */
export async function settlePageFaults(page: Page): Promise<void> {
  if (!page.isClosed()) await page.evaluate('0');
}
