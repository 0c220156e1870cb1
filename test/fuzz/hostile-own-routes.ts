import { asked, JSON_TYPE, nested, order, put } from './entity-requests.ts';
import type { HostileRequest } from './hostile-request.ts';

/** What no honest client sends to routes of a team's own. */
export const hostileOwnRoutes: readonly HostileRequest[] = [
  put('one to be paid', [200], '/orders/h/paid', order()),
  pay('nothing', [200], ''),
  pay('a name', [200], '{"by":"card"}'),
  ...[
    '[]',
    'null',
    '{',
    '{"by":1}',
    '{"by":null}',
    '{"by":"\\ud800"}',
    '{"other":1}',
    '{"__proto__":{"by":"x"}}',
    '{"id":"other"}',
    '{"customerId":"k"}',
  ].map((body) => pay(body, [400], body)),
  pay('a name twice', [400], '{"by":"a","by":"b"}'),
  pay('a name too long', [400], `{"by":"${'b'.repeat(101)}"}`),
  pay('depth', [400], `{"by":${nested(20_000)}}`),
  pay('of what is not there', [404], '{}', '/orders/h/nothing/payment'),
  ...['~', '~ff~fe', '~ED~A0~80', '%ff', 'i'.repeat(129)].map((id) =>
    pay(`of an id of ${id.slice(0, 20)}`, [400], '{}', `/orders/h/${id}/payment`),
  ),
  asked('a payment of another type', [415], '/orders/h/paid/payment', {
    method: 'POST',
    lines: ['content-type: text/plain'],
    body: '{}',
  }),
  asked('a sum', [200], '/order-totals/open?atMost=5'),
  ...['lost', '__proto__', '~', '~6Fpe~ff', 'o'.repeat(9_000)].map((status) =>
    asked(`a sum of ${status.slice(0, 20)}`, [400], `/order-totals/${status}`),
  ),
  ...['0', '101', 'x', '', '1e9', 'NaN', '[]', '1&atMost=2'].map((atMost) =>
    asked(`a sum of at most ${atMost}`, [400], `/order-totals/open?atMost=${atMost}`),
  ),
  asked('a sum with an unknown member', [400], '/order-totals/open?other=1'),
  asked('a sum with a status in the query', [200, 400], '/order-totals/open?status=paid'),
  asked('a sum with the prototype', [400], '/order-totals/open?__proto__=1'),
];

function pay(
  name: string,
  allowed: readonly number[],
  body: string,
  target = '/orders/h/paid/payment',
): HostileRequest {
  return asked(`a payment: ${name.slice(0, 60)}`, allowed, target, {
    method: 'POST',
    lines: [JSON_TYPE],
    body,
  });
}
