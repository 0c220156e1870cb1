/** Bounds of what travels, each with its unit. One table for server, client and OpenAPI document. */
export const limits = {
  /** Longest partition key, in Unicode characters: at most 256 of DynamoDB's 2,048 bytes. */
  pkCharactersMax: 64,
  /** Longest name of an entity, in letters and digits: partition keys of its items begin with it. */
  entityNameCharactersMax: 32,
  /**
   * Longest partition key that is stored: the name of an entity, `~`, and what its items are kept by, which may be as long
   * as a sort key. At most 545 of DynamoDB's 2,048 bytes, and of the 1,024 that it has as a sort key in the conflict log.
   */
  storedPkCharactersMax: 161,
  /** Longest sort key, in Unicode characters: at most 512 of DynamoDB's 1,024 bytes. */
  skCharactersMax: 128,
  /** Longest life that a writer may ask for: 365 days. */
  ttlSecondsMax: 31_536_000,
  /** Page size of a list when the caller names none. */
  listLimitDefault: 20,
  listLimitMax: 100,
  /**
   * Bytes of JSON after which a page of a list ends. A function's answer may have 6 MB, in which a quote or a backslash
   * counts twice, and one item may take this much alone.
   * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
   */
  pageBytesMax: 1_000_000,
  /**
   * Longest answer of a team's own route, in bytes of JSON: half of what a function's answer may have, as a quote or a
   * backslash counts twice.
   */
  answerBytesMax: 3_000_000,
  /** Longest sort key that a table takes, in bytes of UTF-8. */
  sortKeyBytesMax: 1_024,
  /** Longest partition key that a table takes, in bytes of UTF-8. */
  partitionKeyBytesMax: 2_048,
  /** Longest position in an index, in bytes: its sort key, both keys of a record in the table, and their lengths. */
  indexPositionBytesMax: 4_111,
  /** Longest cursor that is looked at. A real one stays below: the longest position in an index, in base64url. */
  cursorCharactersMax: 5_500,
  correlationIdCharactersMax: 128,
  idempotencyKeyCharactersMax: 255,
  /** Items that one session remembers; the one touched longest ago is forgotten first. */
  sessionItemsMax: 16,
  /** Longest session token that is looked at: 16 items of well under 128 characters. */
  sessionCharactersMax: 2_048,
  /** Longest If-Match or If-None-Match that is looked at. */
  preconditionCharactersMax: 2_048,
  /** Greatest number that one call may add to a counter, or take away. */
  incrementMax: 1_000_000_000,
  /**
   * Greatest magnitude of one region's part of a counter: nine such parts still add up to a number that JSON
   * carries exactly (2^53).
   */
  counterShardMax: 1_000_000_000_000_000,
  /**
   * Levels of lists and maps inside `data`. DynamoDB keeps 32 levels; two are left for the attribute itself
   * and for what an envelope may add.
   * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
   */
  dataDepthMax: 30,
  /** Levels of lists and objects in a body, whatever they are in: more than this is not even parsed. */
  jsonDepthMax: 64,
  /** Longest reason for an evacuation, in Unicode characters: one line of a report. */
  evacuationReasonCharactersMax: 200,
  /** Shortest evacuation: less than a resolver may hold an answer for would move nobody. */
  evacuationSecondsMin: 60,
  /** Longest evacuation: one day, after which somebody has to want it anew. */
  evacuationSecondsMax: 86_400,
  /** Entries of the audit trail that are answered, newest first. */
  evacuationAuditEntriesMax: 50,
  /** Issues named in one problem; a longer list helps nobody and costs the server. */
  issuesMax: 10,
  /**
   * Highest `bodyLimitBytes` that a stage may be given. DynamoDB keeps items up to 400 KB, and JSON grows when it
   * becomes attributes (`[0,0]`: two bytes a number in JSON, three in an item), at most to twice its size.
   */
  bodyLimitBytesMax: 200_000,
  /**
   * Longest record of an item, as the table counts bytes: at most 400 KB (409,600), less what its entry in the conflict log
   * says beside it.
   */
  recordBytesMax: 400_000,
  /** What `/openapi.json` takes at most: anybody may ask for it, and each answer is paid for. */
  openApiBytesMax: 262_144,
} as const;
