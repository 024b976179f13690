/** An error response of the token endpoints, with the codes of RFC 6749. */
export class OAuthError extends Error {
  constructor(
    readonly status: 400 | 401,
    readonly error: 'invalid_client' | 'invalid_grant' | 'invalid_request' | 'unsupported_grant_type',
    readonly description?: string,
  ) {
    super(error);
    this.name = 'OAuthError';
  }

  get body(): object {
    return {
      error: this.error,
      ...(this.description === undefined ? {} : { error_description: this.description }),
    };
  }
}
