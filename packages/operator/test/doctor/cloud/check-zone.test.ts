import { describe, expect, test } from 'vitest';
import { AwsFault } from '../../cloud/aws-wire.ts';
import { type Asked, findings, of } from '../examined-account.ts';
import { type Answers, NAME_SERVERS, ZONE } from '../wired-account.ts';

describe('zone', () => {
  const withZone = (answers: Answers, asked: Asked = {}) =>
    findings(answers, { topology: { domain: ZONE }, ...asked });
  const zone = (more: Record<string, unknown>) => ({
    'route53.GetHostedZone': {
      HostedZone: { Id: ZONE.hostedZoneId, Name: 'example.com.', CallerReference: 'x', ...more },
      DelegationSet: { NameServers: [...NAME_SERVERS] },
    },
  });
  const dnsFault = (code: string) => async () => {
    throw Object.assign(new Error(`queryNs ${code}`), { code });
  };

  test('examineCloud() is content when the world is led to the zone', async () => {
    const all = await withZone({}, { resolveNs: async () => ['NS-2.awsdns-02.net.', NAME_SERVERS[0]] });
    expect(of('zone', all)).toMatchObject([{ level: 'ok' }]);
  });

  test.each([
    [
      'does not exist',
      { 'route53.GetHostedZone': new AwsFault('NoSuchHostedZone', 'none', 404) },
      /does not exist in this account/,
    ],
    ['is of another name', zone({ Name: 'example.org.' }), /is of example\.org/],
    ['is private', zone({ Config: { PrivateZone: true } }), /is private/],
  ])('examineCloud() is a fault when the zone %s', async (_, answers, words) => {
    const all = await withZone(answers);
    expect(of('zone', all)).toMatchObject([{ level: 'fault', what: expect.stringMatching(words) }]);
  });

  test.each([
    ['elsewhere', async () => ['ns.parking.example'], 'fault', /not to its zone/],
    ['partly elsewhere', async () => [NAME_SERVERS[0], 'ns.parking.example'], 'fault', /not to its zone/],
    ['nowhere', dnsFault('ENOTFOUND'), 'fault', /not delegated/],
    [
      'who knows where, for DNS does not answer',
      dnsFault('ETIMEOUT'),
      'warning',
      /could not be examined: DNS answers ETIMEOUT/,
    ],
  ] as const)(
    'examineCloud() names the servers when the zone is delegated %s',
    async (_, resolveNs, level, words) => {
      const all = await withZone({}, { resolveNs });
      expect(of('zone', all)).toMatchObject([
        {
          level,
          what: expect.stringMatching(words),
          remedy: expect.stringContaining(NAME_SERVERS.join(', ')),
        },
      ]);
    },
  );

  test('examineCloud() does not wait for DNS when it is told to give up', async () => {
    const stop = new AbortController();
    const resolveNs = () => {
      stop.abort(new Error('Ctrl-C'));
      return new Promise<never>(() => {});
    };
    await expect(withZone({}, { resolveNs, signal: stop.signal })).rejects.toThrow('Ctrl-C');
  });

  test('examineCloud() says that the zone is made when it is still to be', async () => {
    const all = await findings({}, { topology: { domain: { ...ZONE, hostedZoneId: null } } });
    expect(of('zone', all)).toMatchObject([
      { level: 'note', what: expect.stringContaining('makes the zone') },
    ]);
  });

  test('examineCloud() warns when the account has a zone of that name and the topology does not know it', async () => {
    const listed = {
      HostedZones: [
        {
          Id: '/hostedzone/ZOLD',
          Name: 'example.com.',
          CallerReference: 'x',
          Config: { PrivateZone: false },
        },
        { Id: '/hostedzone/ZNEXT', Name: 'example.net.', CallerReference: 'y' },
      ],
      IsTruncated: false,
      MaxItems: 10,
    };
    const all = await findings(
      { 'route53.ListHostedZonesByName': listed },
      { topology: { domain: { ...ZONE, hostedZoneId: null } } },
    );
    expect(of('zone', all)).toMatchObject([{ level: 'warning', what: expect.stringMatching(/: ZOLD$/) }]);
  });
});
