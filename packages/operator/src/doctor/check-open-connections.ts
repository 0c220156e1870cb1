import type { CheckResult } from './check-result.ts';

/** What no health check can do, told wherever DNS moves traffic. */
export function checkOpenConnections(): CheckResult {
  return {
    check: 'open connections',
    stage: null,
    level: 'warning',
    what: 'The failover budget says nothing about connections that are open',
    why: 'A client asks DNS when it connects. One that holds a connection, or caches an answer for longer than it may, stays where it is.',
    remedy:
      'Give clients a timeout, retries on a new connection, and an age at which a connection is closed.',
  };
}
