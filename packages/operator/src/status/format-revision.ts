/** A revision for a table: Git's short form of a commit, anything else as it is, a dash where there is none. */
export function formatRevision(revision: string | null): string {
  if (revision === null) return '–';
  return revision.replace(/^([0-9a-f]{7})[0-9a-f]{33}(?![0-9a-f])/, '$1');
}
