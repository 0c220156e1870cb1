/**
 * The security headers of every file of the console.
 *
 * The page runs its own scripts and styles, inline ones excluded, and talks to where it came from and to the endpoints of
 * this twin; nobody may frame it or take its files into a page of his own.
 * https://www.w3.org/TR/CSP3/
 *
 * @param endpoints origins of the regions' APIs and of the global endpoint, without a trailing slash
 */
export function pageHeaders(endpoints: readonly string[]): Readonly<Record<string, string>> {
  const policy = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'img-src': "'self' data:",
    'font-src': "'self'",
    'manifest-src': "'self'",
    'connect-src': ["'self'", ...endpoints].join(' '),
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
  };
  return {
    'content-security-policy': Object.entries(policy)
      .map(([directive, sources]) => `${directive} ${sources}`)
      .join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  };
}
