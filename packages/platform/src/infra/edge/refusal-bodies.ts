import { problemDefinition, problemType } from '../../contract/problems.ts';

/** Keys of the bodies in the web ACL. */
export const TOO_MANY_REQUESTS = 'too-many-requests';
export const BODY_TOO_LARGE = 'body-too-large';

/**
 * What the edge answers with where it refuses: the members of RFC 9457 and of the contract's problems, without those that
 * only a function knows. AWS WAF calls them `application/json`, and takes no other type of JSON.
 *
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_CustomResponseBody.html
 */
export function refusalBodies(options: {
  readonly bodyLimitBytes: number;
  readonly rateLimitPerFiveMinutes: number;
}): Record<string, { contentType: 'APPLICATION_JSON'; content: string }> {
  const { bodyLimitBytes, rateLimitPerFiveMinutes } = options;
  const bodyTooLarge = problemDefinition('body-too-large');
  return {
    [TOO_MANY_REQUESTS]: problemBody(429, true, {
      // RFC 9457, 4.2.1: the problem has no more to it than the status code says.
      type: 'about:blank',
      title: 'Too Many Requests',
      detail: `Cannot take the request: this address made more than ${rateLimitPerFiveMinutes} in five minutes`,
      remedy: 'Wait for the time in "Retry-After", then repeat the request at a lower rate.',
    }),
    [BODY_TOO_LARGE]: problemBody(413, false, {
      type: problemType('body-too-large'),
      title: bodyTooLarge.title,
      remedy: bodyTooLarge.remedy,
      detail: `Cannot take the request: its body is larger than ${bodyLimitBytes} bytes, the most that is accepted`,
    }),
  };
}

function problemBody(
  status: number,
  retryable: boolean,
  problem: Readonly<Record<'type' | 'title' | 'detail' | 'remedy', string>>,
) {
  const { type, title, detail, remedy } = problem;
  const content = JSON.stringify({ type, title, status, detail, message: detail, retryable, remedy });
  return { contentType: 'APPLICATION_JSON' as const, content };
}
