/** As proxies are told of: https://docs.npmjs.com/cli/using-npm/config#noproxy has the form, which is everybody's. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'];
const PROXY_VARIABLES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY'];

/**
 * Has this process, and those that it starts, ask loopback addresses without a proxy.
 *
 * With `NODE_USE_ENV_PROXY=1`, `fetch` sends everything through the proxy that the environment names, a request to the twin
 * on this machine as well: the proxy has no such twin, or another one. What Node.js reads of these variables it reads at
 * each request, so that it is not too late here. https://nodejs.org/api/cli.html#node_use_env_proxy1
 */
export function askLoopbackWithoutProxy(env: NodeJS.ProcessEnv = process.env): void {
  if (PROXY_VARIABLES.every((name) => (env[name] ?? '') === '')) return;
  // The first of these that is there is read.
  const given = (env.no_proxy ?? env.NO_PROXY ?? '').split(/[\s,]+/).filter((entry) => entry !== '');
  if (given.includes('*')) return;
  const value = [...new Set([...given, ...LOOPBACK])].join(',');
  env.no_proxy = value;
  env.NO_PROXY = value;
}
