export type WorldErrorCode =
  | 'UNKNOWN_GUILD'
  | 'UNKNOWN_CHANNEL'
  | 'UNKNOWN_MESSAGE'
  | 'UNKNOWN_USER'
  | 'UNKNOWN_MEMBER'
  | 'UNKNOWN_ROLE'
  | 'UNKNOWN_BAN'
  | 'UNKNOWN_INVITE'
  | 'UNKNOWN_WEBHOOK'
  | 'UNKNOWN_COMMAND'
  | 'UNKNOWN_INTERACTION'
  | 'UNKNOWN_STICKER'
  | 'UNKNOWN_TAG'
  | 'UNKNOWN_ANSWER'
  | 'NO_POLL'
  | 'POLL_ENDED'
  | 'TOO_MANY_STICKERS'
  | 'TOO_MANY_WEBHOOKS'
  | 'TOO_MANY_PINS'
  | 'BANNED'
  | 'THREAD_EXISTS'
  | 'THREAD_ARCHIVED'
  | 'NOT_A_VOICE_CHANNEL'
  | 'NOT_A_TEXT_CHANNEL'
  | 'NOT_A_CATEGORY'
  | 'NOT_A_FORUM'
  | 'GUILD_UNAVAILABLE';

/** A change that the world refuses. The edges translate `code` into their own responses. */
export class WorldError extends Error {
  constructor(
    readonly code: WorldErrorCode,
    message: string,
  ) {
    super(message);
    this.name = 'WorldError';
  }
}
