import type { Answer } from 'dns-packet';

/** What is asked, class IN taken for granted. */
export interface DnsQuestion {
  /** Without the trailing dot, in any case; a byte that no host name has as `\ddd`, decimal. Empty for the root. */
  readonly name: string;
  /** `A`, `AAAA`, …; `TYPE<number>` for what has no name here (RFC 3597). */
  readonly type: string;
}

/** What a name server says, without what depends on transport and client. */
export interface DnsAnswer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  /** The AA bit: false for a referral and a refusal. */
  readonly authoritative: boolean;
  readonly answers: readonly Answer[];
  readonly authorities: readonly Answer[];
}

/** Whoever can answer a question at once: Route 53, or a stand-in for it. */
export interface DnsAuthority {
  answer(question: DnsQuestion): DnsAnswer;
}
