import { describe, expect, test } from 'vitest';
import {
  alias,
  CENTRAL,
  failoverRecords,
  fixedCheck,
  gatewayName,
  recordSet,
  route53Of,
  routedRecord,
  TARGETS,
  values,
  WEST,
} from './route53-fixture.ts';

const GLOBAL = 'api.gsp.test';

describe('Route53.answer() for routed aliases', () => {
  test.each([
    { west: true, central: true, address: '127.0.1.10' },
    { west: false, central: true, address: '127.0.1.11' },
    { west: false, central: false, address: '127.0.1.10' },
  ])(
    'answers $address when west is $west and central $central, as A and as AAAA',
    ({ west, central, address }) => {
      const checks = [fixedCheck(WEST, west), fixedCheck(CENTRAL, central)];
      const route53 = route53Of({ checks, records: [...failoverRecords(), ...failoverRecords('AAAA')] });
      expect(route53.answer({ name: GLOBAL, type: 'A' })).toEqual({
        rcode: 'NOERROR',
        authoritative: true,
        answers: [{ name: GLOBAL, type: 'A', ttl: 60, data: address }],
        authorities: [],
      });
      expect(dataOf(route53, GLOBAL, 'AAAA')).toEqual([`::ffff:${address}`]);
    },
  );

  test('answers a SECONDARY without a check also when it is down, and a PRIMARY whose check is none of those that run', () => {
    const [primary, secondary] = failoverRecords();
    const records = [primary, { ...secondary, healthCheckId: undefined }].flatMap((record) =>
      record?.name === undefined ? [] : [JSON.parse(JSON.stringify(record))],
    );
    expect(dataOf(route53Of({ checks: [fixedCheck(WEST, false)], records }), GLOBAL)).toEqual(['127.0.1.11']);
    expect(dataOf(route53Of({ checks: [], records }), GLOBAL)).toEqual(['127.0.1.10']);
  });

  test('needs both check and target healthy where an alias evaluates its target', () => {
    let up = true;
    const targets = new Map(
      [...TARGETS].map(([name, target]) => [
        name,
        { ...target, isUp: () => up || target.region === CENTRAL },
      ]),
    );
    const records = failoverRecords().map((record, index) =>
      index === 0 ? { ...record, target: alias(gatewayName(WEST), true) } : record,
    );
    const healthy = route53Of({ checks: [fixedCheck(WEST, true)], records }, { targets });
    const checkFails = route53Of({ checks: [fixedCheck(WEST, false)], records }, { targets });
    expect(dataOf(healthy, GLOBAL)).toEqual(['127.0.1.10']);
    expect(dataOf(checkFails, GLOBAL)).toEqual(['127.0.1.11']);
    up = false;
    expect(dataOf(healthy, GLOBAL)).toEqual(['127.0.1.11']);
  });

  test('draws weighted records from the seed, and shows all that may be drawn', () => {
    const records = [WEST, CENTRAL].map((region) => routedRecord(region, { policy: 'weighted', weight: 1 }));
    const drawn = () => {
      const route53 = route53Of({ records }, { seed: 3 });
      return Array.from({ length: 50 }, () => dataOf(route53, GLOBAL)[0]);
    };
    expect(new Set(drawn()).size).toBe(2);
    expect(drawn()).toEqual(drawn());
    expect(route53Of({ records }).report().answers).toEqual([
      {
        name: GLOBAL,
        type: 'A',
        addresses: ['127.0.1.10', '127.0.1.11'],
        regions: [WEST, CENTRAL],
        ttlSeconds: 60,
      },
    ]);
  });
});

describe('Route53.answer() for alias trees', () => {
  const tree = (evaluate: boolean) => [
    recordSet({
      name: GLOBAL,
      setIdentifier: 'europe',
      routing: { policy: 'latency', region: WEST },
      target: alias('europe.gsp.test', evaluate),
    }),
    recordSet({
      name: GLOBAL,
      setIdentifier: 'america',
      routing: { policy: 'latency', region: 'us-east-1' },
      target: alias('america.gsp.test', evaluate),
    }),
    ...failoverRecords().map((record) => ({ ...record, name: 'europe.gsp.test' })),
    recordSet({ name: 'america.gsp.test', target: values('192.0.2.1') }),
  ];

  test('follow the tree while one leaf is healthy, and leave it when none is', () => {
    const answered = (west: boolean, central: boolean, evaluate = true) => {
      const checks = [fixedCheck(WEST, west), fixedCheck(CENTRAL, central)];
      return dataOf(route53Of({ checks, records: tree(evaluate) }), GLOBAL);
    };
    expect(answered(true, true)).toEqual(['127.0.1.10']);
    expect(answered(false, true)).toEqual(['127.0.1.11']);
    expect(answered(false, false)).toEqual(['192.0.2.1']);
    // Without evaluation the branch stays, and below it all are unhealthy, so that all count as healthy.
    expect(answered(false, false, false)).toEqual(['127.0.1.10']);
  });

  test('end, with nothing in answer, where aliases go in a circle', () => {
    const records = [
      recordSet({ name: 'a.gsp.test', target: alias('b.gsp.test', true) }),
      recordSet({ name: 'b.gsp.test', target: alias('a.gsp.test', true) }),
    ];
    const route53 = route53Of({ records });
    expect(route53.answer({ name: 'a.gsp.test', type: 'A' })).toMatchObject({
      rcode: 'NOERROR',
      answers: [],
    });
    expect(route53.report().records[0]).toMatchObject({ healthy: false, region: null });
  });
});

describe('Route53.answer() for a zone', () => {
  const records = [
    recordSet({ name: 'www.gsp.test', type: 'CNAME', target: values('a.b.gsp.test.') }),
    recordSet({ name: 'out.gsp.test', type: 'CNAME', target: values('example.com') }),
    recordSet({ name: 'loop.gsp.test', type: 'CNAME', target: values('loop.gsp.test') }),
    recordSet({ name: 'a.b.gsp.test', target: values('192.0.2.1', '192.0.2.2') }),
    recordSet({ name: '\\052.wild.gsp.test', target: values('192.0.2.3') }),
    recordSet({ name: 'own.wild.gsp.test', type: 'TXT', target: values('"one \\"two\\"" "three"') }),
    recordSet({ name: 'child.gsp.test', type: 'NS', target: values('ns.example.com') }),
    recordSet({ name: 'mail.gsp.test', type: 'MX', target: values('10 mx.example.com.') }),
    recordSet({ name: 'elsewhere.test', target: values('192.0.2.9') }),
  ];

  test.each([
    { asked: 'a.b.gsp.test', rcode: 'NOERROR', answers: 2, authorities: [] },
    { asked: 'A.B.GSP.test', rcode: 'NOERROR', answers: 2, authorities: [] },
    { asked: 'www.gsp.test', rcode: 'NOERROR', answers: 3, authorities: [] },
    { asked: 'out.gsp.test', rcode: 'NOERROR', answers: 1, authorities: [] },
    { asked: 'loop.gsp.test', rcode: 'NOERROR', answers: 9, authorities: [] },
    { asked: 'b.gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['SOA'] },
    { asked: 'gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['SOA'] },
    { asked: 'mail.gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['SOA'] },
    { asked: 'none.gsp.test', rcode: 'NXDOMAIN', answers: 0, authorities: ['SOA'] },
    { asked: 'x.y.wild.gsp.test', rcode: 'NOERROR', answers: 1, authorities: [] },
    { asked: 'own.wild.gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['SOA'] },
    { asked: 'x.own.wild.gsp.test', rcode: 'NXDOMAIN', answers: 0, authorities: ['SOA'] },
    { asked: 'child.gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['NS'] },
    { asked: 'x.child.gsp.test', rcode: 'NOERROR', answers: 0, authorities: ['NS'] },
    { asked: 'elsewhere.test', rcode: 'REFUSED', answers: 0, authorities: [] },
    { asked: 'notgsp.test', rcode: 'REFUSED', answers: 0, authorities: [] },
    { asked: '', rcode: 'REFUSED', answers: 0, authorities: [] },
  ])('answers $rcode with $answers records to A of "$asked"', ({ asked, rcode, answers, authorities }) => {
    const answer = route53Of({ records }).answer({ name: asked, type: 'A' });
    expect(answer.rcode).toBe(rcode);
    expect(answer.answers).toHaveLength(answers);
    expect(answer.authorities.map(({ type }) => type)).toEqual(authorities);
    expect(answer.authoritative).toBe(rcode !== 'REFUSED' && authorities[0] !== 'NS');
  });

  test('has SOA and NS at its apex, and scales every time to live with at least a second', () => {
    const route53 = route53Of({ records: [...records, ...failoverRecords()] }, { timeScale: 50 });
    const [soa] = route53.answer({ name: 'gsp.test', type: 'SOA' }).answers;
    expect(soa).toMatchObject({ type: 'SOA', ttl: 18, data: { serial: 1, minimum: 1_728 } });
    expect(dataOf(route53, 'gsp.test', 'NS')).toHaveLength(2);
    expect(route53.answer({ name: 'none.gsp.test', type: 'A' }).authorities[0]).toMatchObject({
      type: 'SOA',
      ttl: 18,
    });
    expect(route53.answer({ name: GLOBAL, type: 'A' }).answers[0]).toMatchObject({ ttl: 1 });
    expect(route53.answer({ name: 'a.b.gsp.test', type: 'A' }).answers[0]).toMatchObject({ ttl: 6 });
  });

  test('answers ANY with next to nothing, and the other types as they are written', () => {
    const route53 = route53Of({ records });
    expect(route53.answer({ name: 'a.b.gsp.test', type: 'ANY' }).answers).toMatchObject([{ type: 'HINFO' }]);
    expect(route53.answer({ name: 'www.gsp.test', type: 'ANY' }).answers).toMatchObject([{ type: 'CNAME' }]);
    expect(route53.answer({ name: 'b.gsp.test', type: 'ANY' }).answers).toEqual([]);
    expect(dataOf(route53, 'own.wild.gsp.test', 'TXT')).toEqual([['one "two"', 'three']]);
    expect(dataOf(route53, 'mail.gsp.test', 'MX')).toEqual([{ preference: 10, exchange: 'mx.example.com' }]);
  });
});

function dataOf(route53: ReturnType<typeof route53Of>, name: string, type = 'A'): unknown[] {
  return route53.answer({ name, type }).answers.map((answer) => ('data' in answer ? answer.data : undefined));
}
