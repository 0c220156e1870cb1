import type { LambdaRecord } from './lambda-record.ts';

/**
 * What a function with `ReportBatchItemFailures` says about a batch: how many of its records, from the first on, are
 * done. Lambda goes on from the failed record with the lowest sequence number. No answer, an empty one, and an empty
 * or null list are a success; anything that names no record of the batch fails the whole of it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 *
 * @param payload the function's answer as JSON text
 */
export function recordsDone(payload: string, records: readonly LambdaRecord[]): number {
  const answer: unknown = JSON.parse(payload);
  if (answer === null || answer === '') return records.length;
  if (typeof answer !== 'object') return 0;
  const failures: unknown = Reflect.get(answer, 'batchItemFailures');
  if (failures === undefined || failures === null) return records.length;
  if (!Array.isArray(failures)) return 0;
  const places = new Map(records.map(({ dynamodb }, index) => [dynamodb.SequenceNumber, index]));
  let done = records.length;
  for (const failure of failures) {
    const identifier: unknown =
      typeof failure === 'object' && failure !== null ? Reflect.get(failure, 'itemIdentifier') : undefined;
    const place = typeof identifier === 'string' ? places.get(identifier) : undefined;
    if (place === undefined) return 0;
    done = Math.min(done, place);
  }
  return done;
}
