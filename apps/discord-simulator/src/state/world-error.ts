export type WorldErrorCode =
  | 'UNKNOWN_GUILD'
  | 'UNKNOWN_CHANNEL'
  | 'UNKNOWN_MESSAGE'
  | 'UNKNOWN_USER'
  | 'NOT_A_TEXT_CHANNEL'
  | 'NOT_A_CATEGORY'
  | 'GUILD_UNAVAILABLE';

/** A change that the world refuses. The edges translate `code` into their own answers. */
export class WorldError extends Error {
  constructor(
    readonly code: WorldErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'WorldError';
  }
}
