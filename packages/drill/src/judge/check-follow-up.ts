import type { Checker } from './history.ts';

/**
 * Judges that every change of a stream was followed up. A batch that its consumer gave up waits in a queue for a
 * person: no write of it is lost for good, and until somebody has followed it up nobody can tell which would be.
 */
export const checkFollowUp: Checker = (_history, views) =>
  views
    .filter(({ batchesGivenUp = 0 }) => batchesGivenUp > 0)
    .map(({ region, batchesGivenUp }) => ({
      subject: region,
      detail:
        `the consumer of the stream of ${region} gave up ${batchesGivenUp} batches: ` +
        'they are in its queue, and what they hold was not judged',
    }));
