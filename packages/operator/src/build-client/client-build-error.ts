/** The client's package could not be built. The message is for a person: it holds what the compiler says. */
export class ClientBuildError extends Error {
  override readonly name = 'ClientBuildError';
}
