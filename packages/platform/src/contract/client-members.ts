/**
 * What a client has beside entities, which it has by their plurals. No entity takes one of these for its own: types and
 * programs would find the client's.
 */
export const clientMembers = [
  'writeItem',
  'getItem',
  'listItems',
  'putItem',
  'patchItem',
  'deleteItem',
  'incrementCounter',
  'getCounter',
  'listConflicts',
  'acknowledgeConflict',
  'call',
  'session',
  'regions',
  'on',
  'close',
] as const;
