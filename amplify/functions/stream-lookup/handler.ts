import { createStreamLookupHandler } from '@gsp/platform/functions';

/** Tells CloudFormation the ARN of the stream that a table has in this region. */
export const handler = createStreamLookupHandler();
