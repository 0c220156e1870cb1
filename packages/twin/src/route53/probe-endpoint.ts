import { type ProbeOptions, type ProbeResult, reasonOf } from './probe.ts';
import { probeHttp } from './probe-http.ts';
import { probeTcp } from './probe-tcp.ts';
import type { EndpointCheckDefinition } from './route53-definition.ts';

/**
 * Asks an endpoint once. Whatever it answers, refuses, sends without end or does not send is a result, never an
 * error, and takes at most the sum of the timeouts. HTTPS is asked without TLS: the twin's regions have none, and
 * Route 53 would not look at the certificate.
 */
export async function probeEndpoint(
  check: EndpointCheckDefinition,
  options: ProbeOptions,
): Promise<ProbeResult> {
  try {
    return await (check.protocol === 'TCP' ? probeTcp(options) : probeHttp(check, options));
  } catch (error) {
    // A path or host that HTTP cannot carry is refused before anything is sent.
    return { passed: false, reason: error instanceof Error ? reasonOf(error) : String(error) };
  }
}
