/** What is wrong with a replica's data directory. */
export type DataDirectoryErrorCode =
  | 'Unreadable'
  | 'Corrupt'
  /** Whole, and not of the same time as another file: one of them is an older copy, or was cut off. */
  | 'Contradictory'
  | 'OtherFormat'
  | 'OtherRegion'
  | 'OtherSchema';

/**
 * A replica's data directory cannot be used as it is. The message names the file and ends with the remedy, so
 * that it can be shown to a person as it is.
 */
export class DataDirectoryError extends Error {
  readonly code: DataDirectoryErrorCode;
  readonly path: string;

  constructor(
    code: DataDirectoryErrorCode,
    path: string,
    { reason, cause }: { reason: string; cause?: unknown },
  ) {
    super(
      `Cannot use the replica data in ${path}: ${reason}. ` +
        "Remove the region's whole folder, and the other regions send it everything again (what it had not sent them is lost); " +
        'or run `npm start -- --fresh` to remove the data of every region and begin with empty tables.',
      { cause },
    );
    this.name = 'DataDirectoryError';
    this.code = code;
    this.path = path;
  }
}
