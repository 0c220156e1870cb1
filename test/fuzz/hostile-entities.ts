import { asked, create, MERGE_PATCH, nested, order, patch, put } from './entity-requests.ts';
import type { HostileRequest } from './hostile-request.ts';

/** Nearly as much as a body may have. */
const HUGE = 'n'.repeat(190_000);
const HEAVY = '/orders/h/heavy';

/** Bodies of entities that no honest client sends. Those that patch follow those that put what is patched. */
export const hostileEntities: readonly HostileRequest[] = [
  create('an order as it should be', [201], order()),
  ...['', '{}', '[]', 'null', '1', '"x"', '{', order().repeat(2)].map((body) =>
    create(`no order: ${body.slice(0, 20)}`, [400], body),
  ),
  create('the prototype', [400], order('"__proto__":{"total":1}')),
  create('the prototype, escaped', [400], order('"\\u005f\\u005fproto__":1')),
  create('the prototype in a record', [400], order('"labels":{"__proto__":{"polluted":true}}')),
  create('the constructor', [400], order('"constructor":{"prototype":{"polluted":true}}')),
  create('the constructor in a record', [201], order('"labels":{"constructor":{"prototype":1}}')),
  ...['toString', 'hasOwnProperty', 'valueOf', 'toJSON'].flatMap((name) => [
    create(`a field named ${name}`, [400], order(`"${name}":1`)),
    create(`a label named ${name}`, [201], order(`"labels":{"${name}":1}`)),
  ]),
  create('a field twice', [400], order('"total":2')),
  create('a field twice, escaped', [400], order('"t\\u006ftal":2')),
  create('a label twice', [400], order('"labels":{"a":1,"\\u0061":2}')),
  create('an unknown field', [400], order('"discount":1')),
  create('an unknown field of a field', [400], order('"address":{"street":"s","country":"x"}')),
  create('an unknown field in a list', [400], order('"lines":[{"sku":"a","count":1,"price":0}]')),
  create('a name of nothing', [400], order('"":1')),
  create('a label of nothing', [400], order('"labels":{"":1}')),
  ...['null', '"x"', '[]', '{}', '-1', '1.5', '1e400', '9007199254740993', 'true', '-0.1'].map((total) =>
    create(`a total of ${total}`, [400], `{"customerId":"h","status":"open","total":${total}}`),
  ),
  ...['-0', '9007199254740991', '1e3'].map((total) =>
    create(`a total of ${total}`, [201], `{"customerId":"h","status":"open","total":${total}}`),
  ),
  ...['null', '""', '"  "', '"a "', '"\\ud800"', '1', '[]', '{"toString":1}', `"${'c'.repeat(65)}"`].map(
    (key) => create(`a partition of ${key.slice(0, 20)}`, [400], order('', { customer: key })),
  ),
  ...[
    '"~"',
    '"a~b"',
    '" a"',
    '"\\u0000"',
    '"."',
    '".."',
    '"a/b?c#d"',
    '"sys#a"',
    '"__proto__"',
    `"${'😀'.repeat(32)}"`,
  ].map((key) => create(`a partition of ${key.slice(0, 20)}`, [201], order('', { customer: key }))),
  ...['null', '""', '1', '[]', '{}', '"\\ud800"', `"${'i'.repeat(129)}"`, `"${'i'.repeat(9_000)}"`].map(
    (id) => create(`an id of ${id.slice(0, 20)}`, [400], order(`"id":${id}`)),
  ),
  create(
    'facts of the platform that are made up',
    [201],
    order('"version":{"__proto__":1},"region":7,"ttl":-1'),
  ),
  create('facts of any type', [201], order('"createdAt":[],"updatedAt":{"a":1}')),
  create('facts beyond the depth', [400], order(`"version":${nested(70)}`)),
  ...['1e126', '1e-131', '9007199254740992', `0.${'3'.repeat(60)}`].map((number) =>
    create(`a label of ${number.slice(0, 20)}`, [400], order(`"labels":{"a":${number}}`)),
  ),
  create('a label of NUL', [201], order('"labels":{"\\u0000":"\\u0000"}')),
  create('a label with half a pair', [400], order('"labels":{"\\ud800":1}')),
  create('a note with half a pair', [400], order('"note":"\\udfff"')),
  create('labels 25 levels deep', [201], order(`"labels":${nested(25)}`)),
  create('labels 60 levels deep', [400], order(`"labels":${nested(60)}`)),
  create('labels 20,000 levels deep', [400], order(`"labels":${nested(20_000)}`)),
  create(
    'ten thousand unknown fields',
    [400],
    order(Array.from({ length: 10_000 }, (_, i) => `"k${i}":0`).join()),
  ),
  create('ten thousand wrong lines', [400], order(`"lines":[${Array(10_000).fill('{"x":1}').join()}]`)),
  create(
    'five thousand labels',
    [201],
    order(`"labels":{${Array.from({ length: 5_000 }, (_, i) => `"k${i}":0`).join()}}`),
  ),
  create('a note at the limit of a body', [201], order(`"note":"${HUGE}"`)),
  create('a name of 100 KB', [400], order(`"${'k'.repeat(100_000)}":1`)),
  create('a life of its own', [400], order('"ttlSeconds":1')),
  asked('a patch as a creation', [415], '/orders', { method: 'POST', lines: [MERGE_PATCH], body: order() }),

  put('the other id', [400], '/orders/h/one', order('"id":"two"')),
  put('the other partition', [400], '/orders/h/one', order('', { customer: '"k"' })),
  put('no partition', [200], '/orders/h/one', '{"status":"open","total":1}'),
  put('a partition of null', [400], '/orders/h/one', order('', { customer: 'null' })),
  put(
    'what was read',
    [200],
    '/orders/h/one',
    order('"id":"one","createdAt":"x","region":"mars-1","version":{"a":-1}'),
  ),
  put('an id of tildes', [200], '/orders/h/~7E~7E', order()),
  put('a partition of tildes', [200], '/orders/~7E/~7E', order('', { customer: '"~"' })),
  ...['~', '~z', '~2', '~ff~fe', '~ED~A0~80', '~C0~AF', '%ff', 'i'.repeat(129)].map((id) =>
    put(`an id of ${id.slice(0, 20)}`, [400], `/orders/h/${id}`, order()),
  ),
  put(
    'a system key as a partition',
    [200],
    '/orders/sys~23conflicts/a',
    order('', { customer: '"sys#conflicts"' }),
  ),
  put(
    'the longest keys',
    [200],
    `/orders/${'~F0~9F~92~A9'.repeat(64)}/${'~F0~9F~92~A9'.repeat(128)}`,
    '{"status":"open","total":1}',
  ),
  put(
    'a partition that the schema refuses',
    [400],
    `/orders/${'a'.repeat(65)}/a`,
    '{"status":"open","total":1}',
  ),

  put(
    'one to be patched',
    [200],
    '/orders/h/patched',
    order('"note":"n","address":{"street":"s","town":"t"}'),
  ),
  patch('nothing', [200], '{}'),
  patch('an empty body', [200], ''),
  ...['[]', 'null', '1', '"x"', '{'].map((body) => patch(body, [400], body)),
  ...['customerId', 'status', 'total', 'lines'].map((field) =>
    patch(`null for ${field}`, field === 'lines' ? [200] : [400], `{"${field}":null}`),
  ),
  patch(
    'null for every field',
    [400],
    '{"customerId":null,"status":null,"total":null,"note":null,"address":null,"lines":null,"labels":null}',
  ),
  patch('null for what may be absent', [200], '{"note":null,"address":null,"lines":null,"labels":null}'),
  patch('null for an unknown field', [200], '{"discount":null}'),
  patch('null for facts', [200], '{"version":null,"createdAt":null,"ttl":null}'),
  patch('null for the id', [400], '{"id":null}'),
  patch('null for the prototype', [400], '{"__proto__":null}'),
  patch('the prototype in a record', [400], '{"labels":{"__proto__":{"a":1}}}'),
  patch('null in a list', [400], '{"lines":[null]}'),
  patch('a list of nulls, long', [400], `{"lines":[${Array(30_000).fill('null').join()}]}`),
  patch('a part of what is not there', [400], '{"address":{"town":"t"}}'),
  patch('the other partition', [400], '{"customerId":"k"}'),
  patch('the other id', [400], '{"id":"two"}'),
  patch('an unknown field', [400], '{"discount":1}'),
  patch('labels beyond the depth', [400], `{"labels":${nested(60)}}`),
  patch('a label of nulls, deep', [200], `{"labels":${'{"a":'.repeat(25)}null${'}'.repeat(25)}}`),
  patch('half a pair', [400], '{"note":"\\ud800"}'),
  patch('a field twice', [400], '{"total":1,"total":2}'),
  patch('a number beyond doubles', [400], '{"total":1e400}'),
  patch('a life of its own', [400], '{"ttlSeconds":1}'),
  asked('a patch of another type', [415], '/orders/h/patched', {
    method: 'PATCH',
    lines: ['content-type: application/json-patch+json'],
    body: '[]',
  }),
  asked('a patch of what is not there', [404], '/orders/h/nothing', {
    method: 'PATCH',
    lines: [MERGE_PATCH],
    body: '{"total":2}',
  }),

  put('one that grows', [200], HEAVY, order(`"note":"${HUGE}"`)),
  patch('a second part as large as a body', [413], `{"labels":{"a":"${HUGE}"}}`, HEAVY),
  asked('what has grown, afterwards', [200], HEAVY),

  put('an item that grows', [200], '/items/h/heavy', `{"data":{"a":"${HUGE}"}}`),
  patch('an item beyond what a body has', [413], `{"data":{"b":"${HUGE}"}}`, '/items/h/heavy'),
  patch('an item to nothing', [200], '{"data":null}', '/items/h/heavy'),
];
