/** What an operator's commands do to the records of a table, beside what the API does. */

export { entityKey } from '../entities/entity-keys.ts';
export { type Erased, eraseItem } from './erase-item.ts';
export { findOwned } from './find-owned.ts';
export { type ReindexCounts, type ReindexOptions, reindexTable, type TableReplica } from './reindex-table.ts';
