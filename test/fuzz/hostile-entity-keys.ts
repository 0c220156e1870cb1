import { asked, create, JSON_TYPE, order, put } from './entity-requests.ts';
import type { HostileRequest } from './hostile-request.ts';

/** Indexes, keys and cursors of entities that nobody has, and ways round an entity to its items. */
export const hostileEntityKeys: readonly HostileRequest[] = [
  ...['', 'none', '__proto__', 'constructor', 'toString', 'byStatus,byTotal', '%00', 'i'.repeat(5_000)].map(
    (index) =>
      asked(`an index of ${index.slice(0, 20) || 'nothing'}`, [400], `/orders?index=${index}&status=open`),
  ),
  asked('no index', [400], '/orders'),
  asked('an index without its value', [400], '/orders?index=byStatus'),
  asked('an index with the value of another', [400], '/orders?index=byStatus&total=1'),
  asked('an index with an empty value', [400], '/orders?index=byStatus&status='),
  ...[
    'lost',
    '1',
    '__proto__',
    '%00',
    '%F0%9F%92%A9',
    '%',
    '~',
    'null',
    'a'.repeat(3_000),
    '%F0%9F%92%A9'.repeat(600),
  ].map((status) =>
    asked(`a status of ${status.slice(0, 20)}`, [200, 400], `/orders?index=byStatus&status=${status}`),
  ),
  ...['x', '1e3', '-1', '1.5', '0x1', '9007199254740993', '9'.repeat(400), ' 1', 'null', '%D9%A1'].map(
    (total) => asked(`a total of ${total.slice(0, 20)}`, [200, 400], `/orders?index=byTotal&total=${total}`),
  ),
  asked('a value twice', [200, 400], '/orders?index=byStatus&status=open&status=paid'),
  asked('an index twice', [400], '/orders?index=byStatus&index=byTotal&status=open'),
  asked('a limit of nothing', [400], '/orders?index=byStatus&status=open&limit='),
  asked('a limit beyond', [400], '/orders?index=byStatus&status=open&limit=101'),
  asked(
    'an unknown member of the query',
    [200],
    '/orders?index=byStatus&status=open&__proto__=1&constructor=2',
  ),
  ...['', 'a', '%00', 'A'.repeat(5_500), 'A'.repeat(5_501), 'WzFd'].flatMap((cursor) => [
    asked(
      `a cursor of ${cursor.slice(0, 20)} (${cursor.length})`,
      [400],
      `/orders?index=byStatus&status=open&cursor=${cursor}`,
    ),
    asked(
      `a cursor in a list of ${cursor.slice(0, 20)} (${cursor.length})`,
      [400],
      `/orders/h?cursor=${cursor}`,
    ),
  ]),
  ...['a/b/c', 'h/../k', '~', '%ff', 'a'.repeat(9_000)].map((key) =>
    asked(`a key of ${key.slice(0, 20)}`, [400, 404], `/orders/${key}`),
  ),
  asked('an order of the prototype', [404], '/orders/__proto__/constructor'),
  asked('the method of another route', [405], '/orders/h', {
    method: 'PUT',
    lines: [JSON_TYPE],
    body: order(),
  }),
  asked('a deletion of what is not there', [404], '/orders/h/nothing', { method: 'DELETE' }),

  ...['order~h', 'order~', 'memo~a', 'order~__proto__'].flatMap((pk) => [
    create(`an order's key by /write: ${pk}`, [400], `{"pk":"${pk}"}`, '/write'),
    create(`an order's key by /write, with a space before: ${pk}`, [400], `{"pk":" ${pk}"}`, '/write'),
    asked(`an order's key by /items: ${pk}`, [400], `/items/${pk.replace('~', '~7E')}/heavy`),
    asked(`a list of an entity by /items: ${pk}`, [400], `/items/${pk.replace('~', '~7E')}`),
    put(`an order's key by PUT: ${pk}`, [400], `/items/${pk.replace('~', '~7E')}/heavy`, '{}'),
    asked(`a deletion by /items: ${pk}`, [400], `/items/${pk.replace('~', '~7E')}/heavy`, {
      method: 'DELETE',
    }),
  ]),
  create('a key that only resembles an order', [200], '{"pk":"orders~h"}', '/write'),
  create(
    'an index attribute in an item',
    [200],
    '{"data":{"g1p":"order~byStatus~open","g1s":"x"}}',
    '/write',
  ),

  create('a memo', [201], '{"text":"t"}', '/memos'),
  create('a memo with a partition', [400], '{"text":"t","customerId":"h"}', '/memos'),
  create('a memo of half a pair', [400], '{"text":"\\ud800"}', '/memos'),
  put('a memo under the longest id', [200], `/memos/${'~F0~9F~92~A9'.repeat(128)}`, '{"text":"t"}'),
  asked('a list of memos', [404, 405], '/memos'),
];
