import { ERROR_CODES, type ErrorCode } from '@discord-relay/contracts';

/** Codes that secrets.faults.spec.ts provokes, with secrets planted in everything around them. */
export const PROVOKED = [
  ...(['AUTH.TOKEN_MISSING', 'AUTH.TOKEN_INVALID', 'AUTH.TOKEN_EXPIRED', 'AUTH.TOKEN_REVOKED'] as const),
  ...(['AUTH.TOKEN_NOT_YET_VALID', 'AUTH.FORBIDDEN', 'AUTH.SESSION_ENDED', 'AUTH.LOGIN_FAILED'] as const),
  ...(['REQUEST.INVALID', 'REQUEST.NOT_FOUND', 'REQUEST.TOO_LARGE', 'REQUEST.TOO_SLOW'] as const),
  'REQUEST.METHOD_NOT_ALLOWED',
  ...(['REQUEST.RATE_LIMITED', 'SEARCH.TOO_BROAD', 'MESSAGE.NOT_FOUND', 'ATTACHMENT.NOT_FOUND'] as const),
  ...(['CHANNEL.NOT_FOUND', 'CHANNEL.HISTORY_FORBIDDEN', 'CHANNEL.ACCESS_LOST', 'GUILD.NOT_FOUND'] as const),
  ...(['SOCKET.TOO_MANY_CONNECTIONS', 'SOCKET.WEBSOCKET_ONLY', 'SOCKET.TOO_MANY_CHANNELS'] as const),
  ...(['REPLAY.NOT_FOUND', 'REPLAY.TOO_MANY', 'EVENTS.NOT_KEPT'] as const),
  ...(['EXPORT.NOT_CONFIGURED', 'EXPORT.NOT_FOUND', 'EXPORT.TOO_MANY', 'EXPORT.STORAGE_FULL'] as const),
  ...([
    'EXPORT.NOT_READY',
    'EXPORT.NOT_RETRYABLE',
    'EXPORT.GONE',
    'EXPORT.ACCESS_LOST',
    'EXPORT.FAILED',
  ] as const),
  ...(['WEBHOOK.NOT_CONFIGURED', 'WEBHOOK.NOT_FOUND', 'WEBHOOK.TOO_MANY', 'WEBHOOK.TARGET_REFUSED'] as const),
  ...(['WEBHOOK.EVENT_GONE', 'WEBHOOK.SECRET_UNREADABLE'] as const),
  ...(['SERVICE.UNAVAILABLE', 'SERVICE.INTERNAL', 'DATABASE.UNUSABLE', 'DATABASE.LOCKED'] as const),
  ...(['LOG.PARTITIONS_MISMATCH', 'LOG.LIMIT_REFUSED'] as const),
  ...(['LOG.SPOOL_UNUSABLE', 'LOG.SPOOL_IN_USE', 'LOG.SPOOL_DAMAGED'] as const),
  ...(['PROJECTION.NOT_FOUND', 'PROJECTION.IN_USE', 'PROJECTION.BUSY'] as const),
  ...(['DISCORD.TOKEN_REFUSED', 'DISCORD.INTENTS_REFUSED', 'DISCORD.SHARDS_REFUSED'] as const),
  'DISCORD.UNREACHABLE',
] as const satisfies ErrorCode[];

type OtherCode = Exclude<ErrorCode, (typeof PROVOKED)[number]>;

/**
 * Codes that secrets-outages.faults provokes, but not at every place that creates the error. So each is listed with the
 * expressions in its messages, and the reason why none contains a secret. A code that is in neither list does not
 * compile; an expression that is not listed fails a spec.
 */
export const PROVOKED_BY_FAULTS: Record<OtherCode, Record<string, string>> = {
  'SOCKET.TOO_SLOW': {},
  'MEDIA.UNAVAILABLE': {},
  'LOG.UNAVAILABLE': {
    LOG_STREAM: 'the name of the stream',
    key: 'the name of a lease',
    'String(cause)': 'the answer of JetStream, or that none came',
  },
  'LOG.LOST': {},
  'LOG.CONSUMER_STALLED': { pending: 'a number of events' },
  'LOG.SERVER_TOO_OLD': { version: 'of nats-server', oldest: 'the version that is required' },
  'LOG.STREAM_UNSUITABLE': {
    LOG_STREAM: 'the name of the stream',
    reason: 'the answer of JetStream to a change of the stream',
  },
  'LOG.EVENT_TOO_LARGE': {},
  'LOG.SPOOL_UNWRITABLE': {},
  'PROJECTION.NOT_READY': {
    version: 'the number of a projection',
    partition: 'a number',
    'target.shape': 'a number',
    where: 'numbers of partitions',
    help: 'a constant sentence',
  },
  'PROJECTION.CHECKPOINT_CONFLICT': {
    partition: 'a number',
    'lease.partition': 'a number',
    'lease.seq': 'a number',
    'lease.epoch': 'a number',
  },
  'PROJECTION.EVENT_UNREADABLE': { seq: 'a number', subject: 'ids of Discord, and the type of an event' },
  'PROJECTION.LOG_DIVERGED': {
    'checkpoint.partition': 'a number',
    explanation: 'sequences and times',
    ways: 'constant sentences',
  },
  'DISCORD.TOO_MANY_REFUSALS': {},
  'DISCORD.BAD_ANSWER': { route: 'the route of a request, without its query' },
};

/** Files that create errors with a code from elsewhere. */
export const CODES_FROM_ELSEWHERE: Record<string, string> = {
  'apps/cli/src/services/projector-request.ts': 'an error that a projector has answered',
  'apps/gateway-api/src/live/socket/connection-guard.ts': 'no message: that of the code',
  'apps/gateway-api/src/replay/replay-access.ts': 'no message: that of the code',
  'apps/gateway-api/src/replay/replays.ts': 'no message: that of the code',
};

export const ALL_CODES = Object.keys(ERROR_CODES) as ErrorCode[];
