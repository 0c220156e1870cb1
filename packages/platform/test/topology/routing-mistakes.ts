import { plain } from './topologies.ts';
import type { Mistake } from './topology-mistakes.ts';

const three = ['eu-west-1', 'eu-central-1', 'eu-west-3'];
const zone = { zoneName: 'example.com', hostedZoneId: null };

/** One for each rule about names and routing. */
export const routingMistakes: readonly Mistake[] = [
  {
    name: 'failover among three Regions',
    input: { ...plain, regions: three },
    path: 'routing.policy',
    given: "'failover'",
    allowed: "'latency', 'weighted' with 3 Regions",
  },
  {
    name: "failover among a stage's three Regions",
    input: { ...plain, stages: { main: { regions: three } } },
    path: 'stages.main.routing.policy',
    given: "'failover'",
    allowed: "'latency', 'weighted' with 3 Regions",
  },
  {
    name: 'a routing policy that is not offered',
    input: { ...plain, routing: { policy: 'geolocation' } },
    path: 'routing.policy',
    given: "'geolocation'",
    allowed: "'failover', 'latency', 'weighted'",
  },
  {
    name: 'checks that take longer than the failover may',
    input: { ...plain, routing: { failoverBudgetSeconds: 149 } },
    path: 'routing.failoverBudgetSeconds',
    given: '149',
    allowed: '150 and more with these checks: 30 s interval x threshold 3 = 90 s, and 60 s',
  },
  {
    name: "a stage's checks that take longer than the failover may",
    input: { ...plain, stages: { dev: { routing: { healthCheck: { failureThreshold: 4 } } } } },
    path: 'stages.dev.routing.failoverBudgetSeconds',
    given: '150',
    allowed: '180 and more with these checks: 30 s interval x threshold 4 = 120 s',
  },
  {
    name: 'an interval that Route 53 does not offer',
    input: { ...plain, routing: { healthCheck: { intervalSeconds: 20 } } },
    path: 'routing.healthCheck.intervalSeconds',
    given: '20',
    allowed: '10, 30',
  },
  {
    name: 'a threshold that Route 53 refuses',
    input: { ...plain, routing: { healthCheck: { failureThreshold: 11 } } },
    path: 'routing.healthCheck.failureThreshold',
    given: '11',
    allowed: 'a whole number 1..10',
  },
  {
    name: 'too few checker Regions',
    input: { ...plain, routing: { healthCheck: { checkerRegions: ['eu-west-1', 'us-east-1'] } } },
    path: 'routing.healthCheck.checkerRegions',
    given: '["eu-west-1","us-east-1"]',
    allowed: 'at least 3 of us-east-1, us-west-1, us-west-2, eu-west-1',
  },
  {
    name: 'a checker Region twice',
    input: {
      ...plain,
      routing: { healthCheck: { checkerRegions: ['eu-west-1', 'us-east-1', 'us-east-1'] } },
    },
    path: 'routing.healthCheck.checkerRegions',
    given: '["eu-west-1","us-east-1","us-east-1"]',
    allowed: 'each once',
  },
  {
    name: 'a Region without checkers',
    input: {
      ...plain,
      routing: { healthCheck: { checkerRegions: ['eu-west-1', 'us-east-1', 'eu-central-1'] } },
    },
    path: 'routing.healthCheck.checkerRegions[2]',
    given: "'eu-central-1'",
    allowed: 'at least 3 of us-east-1, us-west-1, us-west-2, eu-west-1',
  },
  {
    name: 'a weight beyond what Route 53 takes',
    input: { ...plain, routing: { policy: 'weighted', weights: { 'eu-west-1': 256 } } },
    path: "routing.weights['eu-west-1']",
    given: '256',
    allowed: 'a whole number 0..255',
  },
  {
    name: 'a weight of a Region that does not exist',
    input: { ...plain, routing: { policy: 'weighted', weights: { mars: 1 } } },
    path: 'routing.weights.mars',
    given: '1',
    allowed: 'a record of Regions and weights 0..255',
  },
  {
    name: 'a weight of a Region that the stage does not have',
    input: { ...plain, routing: { policy: 'weighted', weights: { 'eu-west-3': 1 } } },
    path: 'routing.weights',
    given: '["eu-west-3"]',
    allowed: 'Regions of the stage: eu-west-1, eu-central-1',
  },
  {
    name: 'weights that nothing would use',
    input: { ...plain, stages: { main: { routing: { weights: { 'eu-west-1': 2 } } } } },
    path: 'stages.main.routing.weights',
    given: '{"eu-west-1":2}',
    allowed: "none with policy 'failover'",
  },
  {
    name: 'no weight above 0',
    input: {
      ...plain,
      routing: { policy: 'weighted', weights: { 'eu-west-1': 0, 'eu-central-1': 0 } },
    },
    path: 'routing.weights',
    given: '{"eu-west-1":0,"eu-central-1":0}',
    allowed: 'at least one weight above 0',
  },
  {
    name: 'a zone with a final dot',
    input: { ...plain, domain: { ...zone, zoneName: 'example.com.' } },
    path: 'domain.zoneName',
    given: "'example.com.'",
    allowed: 'a domain name in lower case without a final dot',
  },
  {
    name: 'a zone whose names are too long for a certificate',
    input: { ...plain, domain: { ...zone, zoneName: `${'x'.repeat(57)}.com` } },
    path: 'domain.zoneName',
    given: `'${'x'.repeat(57)}.com'`,
    allowed: 'at most 55 characters',
  },
  {
    name: "a hosted zone's id with its path",
    input: { ...plain, domain: { ...zone, hostedZoneId: '/hostedzone/Z0ABC' } },
    path: 'domain.hostedZoneId',
    given: "'/hostedzone/Z0ABC'",
    allowed: "null, or a hosted zone's id",
  },
  {
    name: 'a zone without a word on whether it exists',
    input: { ...plain, domain: { zoneName: 'example.com' } },
    path: 'domain.hostedZoneId',
    given: 'nothing',
    allowed: "null, or a hosted zone's id",
  },
  {
    name: 'two stages in one zone',
    input: { ...plain, domain: zone, stages: { main: {}, dev: {} } },
    path: 'stages.dev.domain.zoneName',
    given: "'example.com'",
    allowed: "a zone that no other stage has; stage 'main' has this one",
  },
  {
    name: 'a zone for sandboxes',
    input: { ...plain, stages: { sandbox: { domain: zone } } },
    path: 'stages.sandbox.domain',
    given: '{"zoneName":"example.com","hostedZoneId":null}',
    allowed: 'null in sandbox stages',
  },
  {
    name: 'operators who are refused always',
    input: { ...plain, throttle: { control: { rateLimit: 0 } } },
    path: 'throttle.control.rateLimit',
    given: '0',
    allowed: 'a whole number 1..100000',
  },
];
