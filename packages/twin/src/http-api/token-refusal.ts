/** Why a token is not let in: 401 for one that is none, or not valid; 403 for one without the scopes. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly status: 401 | 403;

  constructor(status: 401 | 403, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
