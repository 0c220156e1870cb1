import type { DnsServer } from '../../src/route53/dns-server.ts';
import type { Route53 } from '../../src/route53/route53.ts';
import { dnsServerOf } from './dns-fixture.ts';
import {
  CENTRAL,
  failoverRecords,
  fixedCheck,
  recordSet,
  route53Of,
  values,
  WEST,
} from './route53-fixture.ts';

export const GLOBAL_NAME = 'api.gsp.test';
/** A name whose answer is too long for UDP without EDNS. */
export const LARGE_NAME = 'large.gsp.test';

/** Two regions in failover, and records that are large, broken, or leave an empty name above them. */
export const RECORDS = [
  ...failoverRecords(),
  ...failoverRecords('AAAA'),
  recordSet({ name: 'a.between.gsp.test', target: values('192.0.2.1') }),
  // 40 records of 16 bytes beside their name: more than 512 bytes, and less than 1,500.
  recordSet({
    name: LARGE_NAME,
    target: values(...Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`)),
  }),
  recordSet({ name: 'broken.gsp.test', target: values('no address') }),
  recordSet({
    name: 'broken.gsp.test',
    type: 'MX',
    target: values('ten mail.example.com', `10 ${'x'.repeat(64)}.example.com`),
  }),
];

/** A Route 53 with these records and both regions healthy. */
export function failoverAuthority(): Route53 {
  return route53Of({ records: RECORDS, checks: [fixedCheck(WEST, true), fixedCheck(CENTRAL, true)] });
}

/** A DNS server that answers from it. */
export function failoverServer(): Promise<DnsServer> {
  return dnsServerOf(failoverAuthority());
}
