import { type Mistake, plain } from './topologies.ts';

const issuer = { issuer: 'https://issuer.example.com', audiences: ['app'] };
const tokens = { issuers: [issuer], readScopes: [], writeScopes: [] };

/** What can be wrong with how a stage is watched, guarded and paid for. One for each rule. */
export const guardMistakes: readonly Mistake[] = [
  {
    name: 'a topic that no alarm tells anything',
    input: { ...plain, observability: { alarms: false, alarmTopic: true } },
    path: 'observability.alarmTopic',
    given: 'true',
    allowed: 'false while observability.alarms is false',
  },
  {
    name: 'alarms on metrics that are not written',
    input: { ...plain, logs: { level: 'warn' } },
    path: 'logs.level',
    given: "'warn'",
    allowed: "'debug' or 'info' while observability.alarms is true",
  },
  {
    name: 'addresses without a topic',
    input: { ...plain, observability: { alarmEmails: ['ops@example.com'] } },
    path: 'observability.alarmEmails',
    given: '["ops@example.com"]',
    allowed: 'none while observability.alarmTopic is false',
  },
  {
    name: 'an address that is none',
    input: { ...plain, observability: { alarmTopic: true, alarmEmails: ['ops'] } },
    path: 'observability.alarmEmails[0]',
    given: "'ops'",
    allowed: 'an e-mail address',
  },
  {
    name: 'a lag that would always alarm',
    input: { ...plain, observability: { replicationLagMs: 10 } },
    path: 'observability.replicationLagMs',
    given: '10',
    allowed: 'a whole number 1000..3600000',
  },
  {
    name: 'no issuer at all',
    input: { ...plain, jwt: { ...tokens, issuers: [] } },
    path: 'jwt.issuers',
    given: '[]',
    allowed: 'issuers, each once',
  },
  {
    name: 'an issuer twice',
    input: { ...plain, jwt: { ...tokens, issuers: [issuer, issuer] } },
    path: 'jwt.issuers',
    given: JSON.stringify([issuer, issuer]),
    allowed: 'issuers, each once',
  },
  {
    name: 'an issuer without TLS',
    input: { ...plain, jwt: { ...tokens, issuers: [{ ...issuer, issuer: 'http://issuer.example.com' }] } },
    path: 'jwt.issuers[0].issuer',
    given: "'http://issuer.example.com'",
    allowed: 'an https URL',
  },
  {
    name: 'tokens for anybody',
    input: { ...plain, jwt: { ...tokens, issuers: [{ ...issuer, audiences: [] }] } },
    path: 'jwt.issuers[0].audiences',
    given: '[]',
    allowed: 'at least one audience',
  },
  {
    name: 'a scope with a space',
    input: { ...plain, jwt: { ...tokens, writeScopes: ['items write'] } },
    path: 'jwt.writeScopes[0]',
    given: "'items write'",
    allowed: 'a scope',
  },
  {
    name: 'a budget of nothing',
    input: { ...plain, budget: { monthlyUsd: 0, emails: ['ops@example.com'] } },
    path: 'budget.monthlyUsd',
    given: '0',
    allowed: 'a whole number 1..1000000',
  },
  {
    name: 'a budget that tells nobody',
    input: { ...plain, stages: { main: { budget: { monthlyUsd: 50, emails: [] } } } },
    path: 'stages.main.budget.emails',
    given: '[]',
    allowed: '1..10 e-mail addresses',
  },
  {
    name: 'an edge without a name to ask',
    input: { ...plain, edge: { cloudFront: true } },
    path: 'edge.cloudFront',
    given: 'true',
    allowed: 'false while the stage has no domain',
  },
  {
    name: 'a firewall with nothing to stand on',
    input: { ...plain, edge: { waf: 'count' } },
    path: 'edge.waf',
    given: "'count'",
    allowed: "'off' while edge.cloudFront is false",
  },
  {
    name: 'a rate that AWS WAF refuses',
    input: { ...plain, edge: { rateLimitPerFiveMinutes: 9 } },
    path: 'edge.rateLimitPerFiveMinutes',
    given: '9',
    allowed: 'a whole number 10..2000000000',
  },
  {
    name: 'a third secret',
    input: { ...plain, edge: { originSecret: 'c' as 'a' } },
    path: 'edge.originSecret',
    given: "'c'",
    allowed: "'a', 'b'",
  },
  {
    name: 'experiments that nothing ends',
    input: { ...plain, observability: { alarms: false }, faultInjection: true },
    path: 'faultInjection',
    given: 'true',
    allowed: 'false while observability.alarms is false',
  },
];
