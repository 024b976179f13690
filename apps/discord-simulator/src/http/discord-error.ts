import type { WorldErrorCode } from '../state/model/world-error.js';

/** One error about a field, as in Discord's `errors` tree. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

/** An error response with Discord's own codes and texts. */
export class DiscordError extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
    readonly fields: readonly FieldError[] = [],
  ) {
    super(message);
    this.name = 'DiscordError';
  }

  /** The JSON body. */
  get body(): object {
    const errors = Object.fromEntries(
      this.fields.map(({ field, code, message }) => [field, { _errors: [{ code, message }] }]),
    );
    return { message: this.message, code: this.code, ...(this.fields.length > 0 ? { errors } : {}) };
  }
}

export function invalidForm(...fields: FieldError[]): DiscordError {
  return new DiscordError(400, 50035, 'Invalid Form Body', fields);
}

export function unauthorized(): DiscordError {
  return new DiscordError(401, 0, '401: Unauthorized');
}

/** A `Bearer` token without the required scope. */
export function missingScope(): DiscordError {
  return new DiscordError(403, 50026, 'Missing required OAuth2 scope');
}

const BY_WORLD_ERROR: Record<WorldErrorCode, readonly [status: number, code: number, message: string]> = {
  UNKNOWN_GUILD: [404, 10004, 'Unknown Guild'],
  UNKNOWN_CHANNEL: [404, 10003, 'Unknown Channel'],
  UNKNOWN_MESSAGE: [404, 10008, 'Unknown Message'],
  UNKNOWN_USER: [404, 10013, 'Unknown User'],
  UNKNOWN_MEMBER: [404, 10007, 'Unknown Member'],
  UNKNOWN_ROLE: [404, 10011, 'Unknown Role'],
  UNKNOWN_BAN: [404, 10026, 'Unknown Ban'],
  UNKNOWN_INVITE: [404, 10006, 'Unknown Invite'],
  UNKNOWN_WEBHOOK: [404, 10015, 'Unknown Webhook'],
  UNKNOWN_COMMAND: [404, 10063, 'Unknown application command'],
  UNKNOWN_INTERACTION: [404, 10062, 'Unknown interaction'],
  UNKNOWN_STICKER: [404, 10060, 'Unknown sticker'],
  UNKNOWN_TAG: [404, 10087, 'Unknown Tag'],
  UNKNOWN_ANSWER: [400, 50035, 'Invalid Form Body'],
  NO_POLL: [400, 520_006, 'Cannot expire a non-poll message'],
  POLL_ENDED: [400, 520_001, 'Poll expired'],
  TOO_MANY_STICKERS: [400, 30039, 'Maximum number of stickers reached'],
  TOO_MANY_WEBHOOKS: [400, 30007, 'Maximum number of webhooks reached (15)'],
  TOO_MANY_PINS: [400, 30003, 'Maximum number of pins reached for the channel (250)'],
  BANNED: [403, 40007, 'The user is banned from this guild'],
  THREAD_EXISTS: [400, 160004, 'A thread has already been created for this message'],
  THREAD_ARCHIVED: [400, 50083, 'Thread is archived'],
  NOT_A_VOICE_CHANNEL: [400, 50024, 'Cannot execute action on this channel type'],
  NOT_A_TEXT_CHANNEL: [400, 50008, 'Cannot send messages in a non-text channel'],
  NOT_A_FORUM: [400, 50024, 'Cannot execute action on this channel type'],
  NOT_A_CATEGORY: [400, 50035, 'Invalid Form Body'],
  GUILD_UNAVAILABLE: [503, 0, '503: Service Unavailable'],
};

export function fromWorldError(code: WorldErrorCode): DiscordError {
  return new DiscordError(...BY_WORLD_ERROR[code]);
}

/** The bot may not see the channel, or its history. */
export function missingAccess(): DiscordError {
  return new DiscordError(403, 50001, 'Missing Access');
}
