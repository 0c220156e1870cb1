/** Headers between two hops, which whoever stands between passes on to nobody. RFC 9110, 7.6.1 */
export const HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
