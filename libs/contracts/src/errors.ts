/** `later`: try again. `never`: this input will never work. `stop`: an operator has to act before the service continues. */
export type Retry = 'later' | 'never' | 'stop';

/** Every error code of the system, with its meaning. Codes are stable: clients and runbooks use them. See docs/errors.md. */
export const ERROR_CODES = {
  'AUTH.TOKEN_MISSING': { retry: 'never', meaning: 'no token was sent' },
  'AUTH.TOKEN_INVALID': {
    retry: 'never',
    meaning: 'the token is malformed, wrongly signed or for another audience',
  },
  'AUTH.TOKEN_EXPIRED': { retry: 'never', meaning: 'the token has expired: get a new one' },
  'AUTH.TOKEN_NOT_YET_VALID': {
    retry: 'later',
    meaning: 'the token is not valid yet: wait, or correct the clocks',
  },
  'AUTH.TOKEN_REVOKED': { retry: 'never', meaning: 'the token was revoked, or its log-in has ended' },
  'AUTH.SESSION_ENDED': { retry: 'never', meaning: 'there is no log-in to continue: log in again' },
  'AUTH.LOGIN_FAILED': {
    retry: 'never',
    meaning: 'the log-in was cancelled, took too long or was started in another browser: start again',
  },
  'AUTH.FORBIDDEN': { retry: 'never', meaning: 'the token does not allow this' },
  'REQUEST.INVALID': { retry: 'never', meaning: 'the request does not have the documented shape' },
  'REQUEST.NOT_FOUND': { retry: 'never', meaning: 'no such resource, or the caller may not see it' },
  'REQUEST.METHOD_NOT_ALLOWED': {
    retry: 'never',
    meaning: 'the resource does not have this method: `Allow` lists the ones that it has',
  },
  'REQUEST.TOO_LARGE': { retry: 'never', meaning: 'the request body is over the limit' },
  'REQUEST.TOO_SLOW': { retry: 'later', meaning: 'the request body did not arrive in time' },
  'REQUEST.RATE_LIMITED': { retry: 'later', meaning: 'too many requests: wait as long as the response says' },
  'CHANNEL.NOT_FOUND': { retry: 'never', meaning: 'no such channel, or the caller may not see it' },
  'CHANNEL.HISTORY_FORBIDDEN': {
    retry: 'never',
    meaning:
      'the user may follow the channel live but not read its history, which needs READ_MESSAGE_HISTORY',
  },
  'CHANNEL.ACCESS_LOST': { retry: 'never', meaning: 'the user may no longer read the channel' },
  'GUILD.NOT_FOUND': { retry: 'never', meaning: 'no such guild, or the caller may not see it' },
  'SEARCH.TOO_BROAD': {
    retry: 'never',
    meaning: 'the search would read too much: use rarer words, a channel or a shorter time',
  },
  'MESSAGE.NOT_FOUND': {
    retry: 'never',
    meaning: 'the channel does not have this message, or no longer has it',
  },
  'ATTACHMENT.NOT_FOUND': {
    retry: 'never',
    meaning: 'no such attachment, or the caller may not see its message, or Discord no longer has the file',
  },
  'MEDIA.UNAVAILABLE': {
    retry: 'later',
    meaning:
      'no ingestor could obtain an address of the file from Discord, or the store of kept files cannot be used',
  },
  'SOCKET.TOO_SLOW': {
    retry: 'later',
    meaning: 'the client reads more slowly than events arrive: reconnect and resume from the cursor',
  },
  'SOCKET.TOO_MANY_CONNECTIONS': {
    retry: 'later',
    meaning: 'the user or their address has reached the maximum number of connections: close one',
  },
  'SOCKET.WEBSOCKET_ONLY': {
    retry: 'never',
    meaning:
      'Socket.IO is served over WebSocket only: connect with `transports: ["websocket"]`, or configure the proxy to forward WebSocket upgrades',
  },
  'SOCKET.TOO_MANY_CHANNELS': {
    retry: 'never',
    meaning: 'the connection has joined the maximum number of channels',
  },
  'EVENTS.NOT_KEPT': {
    retry: 'never',
    meaning: 'the log no longer has the events after this offset: start again from the beginning',
  },
  'REPLAY.NOT_FOUND': {
    retry: 'never',
    meaning: 'this connection has no replay with this id: it has ended, or belongs to another connection',
  },
  'REPLAY.TOO_MANY': {
    retry: 'later',
    meaning: 'the user or the replica has reached the maximum number of replays: stop one',
  },
  'EXPORT.NOT_CONFIGURED': {
    retry: 'never',
    meaning: 'this service keeps no exports: set EXPORTS_DIR, or use `relay export`',
  },
  'EXPORT.NOT_FOUND': { retry: 'never', meaning: 'no such export or file, or the caller may not see it' },
  'EXPORT.TOO_MANY': {
    retry: 'later',
    meaning: 'the user, or all users together, have reached the maximum number of waiting exports',
  },
  'EXPORT.STORAGE_FULL': {
    retry: 'later',
    meaning:
      'there is no space for more files of exports: delete exports or wait until older ones expire, then retry this one',
  },
  'EXPORT.NOT_READY': { retry: 'later', meaning: 'the export is not finished' },
  'EXPORT.NOT_RETRYABLE': { retry: 'never', meaning: 'only an export that failed can be retried' },
  'EXPORT.GONE': {
    retry: 'never',
    meaning: 'the export was cancelled or has expired: its files are deleted',
  },
  'EXPORT.ACCESS_LOST': {
    retry: 'never',
    meaning: 'the caller may no longer read everything that the file contains: create a new export',
  },
  'EXPORT.FAILED': {
    retry: 'later',
    meaning: 'the export ended unexpectedly several times: the service log says why; it can be retried',
  },
  'WEBHOOK.NOT_CONFIGURED': { retry: 'never', meaning: 'webhooks are off: set WEBHOOK_KEY' },
  'WEBHOOK.NOT_FOUND': { retry: 'never', meaning: 'no such webhook endpoint, or the caller may not see it' },
  'WEBHOOK.TOO_MANY': { retry: 'never', meaning: 'the guild has the maximum number of webhook endpoints' },
  'WEBHOOK.TARGET_REFUSED': {
    retry: 'never',
    meaning: 'the URL is not allowed: it is not https, or its address is not public',
  },
  'WEBHOOK.EVENT_GONE': { retry: 'never', meaning: 'the event to deliver is no longer stored' },
  'WEBHOOK.SECRET_UNREADABLE': {
    retry: 'stop',
    meaning:
      'a webhook secret was encrypted with another WEBHOOK_KEY: rotate the secret, or restore that key',
  },
  'SERVICE.UNAVAILABLE': {
    retry: 'later',
    meaning: 'a dependency is unavailable, or the service is stopping',
  },
  'SERVICE.INTERNAL': {
    retry: 'later',
    meaning: 'an unexpected failure: the service log has the details under the request id',
  },
  'DATABASE.UNUSABLE': {
    retry: 'stop',
    meaning: 'Postgres cannot be used with this configuration: the message names the key and the remedy',
  },
  'DATABASE.LOCKED': {
    retry: 'later',
    meaning: 'another Postgres session holds a lock that is needed: the message says how to find it',
  },
  'LOG.UNAVAILABLE': { retry: 'later', meaning: 'JetStream does not acknowledge events' },
  'LOG.CONSUMER_STALLED': {
    retry: 'later',
    meaning: 'a consumer of the log delivers nothing although the log has more events: it is replaced',
  },
  'LOG.LOST': {
    retry: 'later',
    meaning:
      'NATS lost events that it had acknowledged, or has another log: the ingestor restarts and fills the gap; see `relay projections doctor`',
  },
  'LOG.SERVER_TOO_OLD': {
    retry: 'stop',
    meaning: 'the NATS server cannot check the order of the log: upgrade every server to 2.14 or newer',
  },
  'LOG.STREAM_UNSUITABLE': {
    retry: 'stop',
    meaning: 'the stream does not allow batches, and the ingestor could not enable them: set allow_batched',
  },
  'LOG.LIMIT_REFUSED': {
    retry: 'stop',
    meaning: 'limits of the JetStream account reject a stream or bucket: set LOG_MAX_BYTES or KV_MAX_BYTES',
  },
  'LOG.PARTITIONS_MISMATCH': {
    retry: 'stop',
    meaning: 'the stream was created with another number of partitions than PARTITIONS',
  },
  'LOG.EVENT_TOO_LARGE': {
    retry: 'never',
    meaning: 'an event is larger than the largest message that the NATS server accepts',
  },
  'LOG.SPOOL_UNUSABLE': { retry: 'stop', meaning: 'the folder SPOOL_DIR cannot be read or written' },
  'LOG.SPOOL_IN_USE': {
    retry: 'stop',
    meaning: 'another process writes to the folder SPOOL_DIR: every replica needs its own folder',
  },
  'LOG.SPOOL_UNWRITABLE': {
    retry: 'later',
    meaning:
      'the spool cannot store more events: the shards stay disconnected until the spool or the log accepts events again',
  },
  'LOG.SPOOL_DAMAGED': {
    retry: 'stop',
    meaning: 'spooled events were damaged on disk: the damaged part is kept in a file for an operator',
  },
  'PROJECTION.LOG_DIVERGED': {
    retry: 'stop',
    meaning: 'the checkpoint does not belong to the present log: run `relay projections doctor`',
  },
  'PROJECTION.CHECKPOINT_CONFLICT': {
    retry: 'later',
    meaning: 'another owner moved the checkpoint: this one is fenced off',
  },
  'PROJECTION.EVENT_UNREADABLE': {
    retry: 'stop',
    meaning: 'a message of the log cannot be read by this version',
  },
  'PROJECTION.NOT_FOUND': { retry: 'never', meaning: 'there is no projection with that version' },
  'PROJECTION.IN_USE': { retry: 'never', meaning: 'the projection is the active one: switch first' },
  'PROJECTION.NOT_READY': {
    retry: 'later',
    meaning: 'the projection has not caught up with the log yet, or no projector builds it',
  },
  'PROJECTION.BUSY': { retry: 'later', meaning: 'another switch, comparison or removal is running' },
  'DISCORD.TOKEN_REFUSED': { retry: 'stop', meaning: 'Discord refused the bot token: set DISCORD_TOKEN' },
  'DISCORD.INTENTS_REFUSED': {
    retry: 'stop',
    meaning: 'an intent is not granted: enable it in the developer portal',
  },
  'DISCORD.SHARDS_REFUSED': {
    retry: 'stop',
    meaning: 'Discord refused the shard numbers or the API version: check SHARDS',
  },
  'DISCORD.TOO_MANY_REFUSALS': {
    retry: 'later',
    meaning:
      'backfill pauses: Discord refused 1,000 requests within ten minutes, and blocks an address at 10,000; check the bot’s permissions',
  },
  'DISCORD.BAD_ANSWER': {
    retry: 'later',
    meaning:
      'the response is not one that Discord sends for this request: check DISCORD_API_URL and the proxies in between',
  },
  'DISCORD.UNREACHABLE': { retry: 'later', meaning: 'the Discord API did not answer: check DISCORD_API_URL' },
} as const satisfies Record<string, { retry: Retry; meaning: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

let redaction = (text: string): string => text;

/** Sets the function that removes secrets from the messages of every later {@link AppError} of this process. */
export function redactErrorsWith(redact: (text: string) => string): void {
  redaction = redact;
}

/** An error with a stable code. `message` is for people and contains neither message content nor secrets. */
export class AppError extends Error {
  readonly retry: Retry;

  constructor(
    readonly code: ErrorCode,
    message?: string,
    options?: { cause?: unknown },
  ) {
    super(message === undefined ? ERROR_CODES[code].meaning : redaction(message), options);
    this.name = 'AppError';
    this.retry = ERROR_CODES[code].retry;
  }

  get retryable(): boolean {
    return this.retry === 'later';
  }
}
