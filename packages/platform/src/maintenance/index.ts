/** What an operator's commands do to the records of a table, beside what the API does. */
export { type ReindexCounts, type ReindexOptions, reindexTable, type TableReplica } from './reindex-table.ts';
