/**
 * Thrown for a request that an IAM authorizer does not let in. The message is the reason, as the end of a sentence,
 * for the log only: the client is told no more than `Forbidden`, as on AWS.
 */
export class IamRefusal extends Error {
  override readonly name = 'IamRefusal';
}
