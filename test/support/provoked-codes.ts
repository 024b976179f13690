import { ERROR_CODES, type ErrorCode } from '@discord-relay/contracts';

/** Codes that secrets.e2e provokes, with secrets planted in everything around them. */
export const PROVOKED = [
  ...(['AUTH.TOKEN_MISSING', 'AUTH.TOKEN_INVALID', 'AUTH.TOKEN_EXPIRED'] as const),
  ...(['AUTH.TOKEN_NOT_YET_VALID', 'AUTH.FORBIDDEN', 'AUTH.SESSION_ENDED', 'AUTH.LOGIN_FAILED'] as const),
  ...(['REQUEST.INVALID', 'REQUEST.NOT_FOUND', 'REQUEST.TOO_LARGE'] as const),
  ...(['CHANNEL.NOT_FOUND', 'GUILD.NOT_FOUND', 'WEBHOOK.NOT_FOUND', 'WEBHOOK.TARGET_REFUSED'] as const),
  ...(['SERVICE.UNAVAILABLE', 'DATABASE.UNUSABLE', 'PROJECTION.NOT_FOUND'] as const),
  ...(['LOG.PARTITIONS_MISMATCH', 'LOG.SPOOL_UNUSABLE'] as const),
  ...(['DISCORD.TOKEN_REFUSED', 'DISCORD.UNREACHABLE'] as const),
] satisfies ErrorCode[];

type Unprovoked = Exclude<ErrorCode, (typeof PROVOKED)[number]>;

/** The message is the code's meaning or a sentence in the source; a spec searches the sources for it. */
export const FIXED = 'its messages are fixed';

/** Every other code, with the reason why its messages contain no secret. A code that is in neither list does not compile. */
export const NOT_PROVOKED: Record<Unprovoked, string> = {
  'AUTH.TOKEN_REVOKED': FIXED,
  'REQUEST.TOO_SLOW': FIXED,
  'REQUEST.RATE_LIMITED': FIXED,
  'CHANNEL.HISTORY_FORBIDDEN': FIXED,
  'CHANNEL.ACCESS_LOST': FIXED,
  'SEARCH.TOO_BROAD': FIXED,
  'MESSAGE.NOT_FOUND': FIXED,
  'ATTACHMENT.NOT_FOUND': FIXED,
  'MEDIA.UNAVAILABLE': FIXED,
  'SOCKET.TOO_SLOW': FIXED,
  'SOCKET.TOO_MANY_CONNECTIONS': FIXED,
  'SOCKET.WEBSOCKET_ONLY': 'one of two sentences of websocket-only.ts',
  'SOCKET.TOO_MANY_CHANNELS': FIXED,
  'WEBHOOK.NOT_CONFIGURED': FIXED,
  'WEBHOOK.TOO_MANY': FIXED,
  'WEBHOOK.EVENT_GONE': FIXED,
  'WEBHOOK.SECRET_UNREADABLE': FIXED,
  'SERVICE.INTERNAL': FIXED,
  'DATABASE.LOCKED': 'a purpose of ours, and the pid and the application name of a session',
  'LOG.UNAVAILABLE': 'the name of a lease, and figures',
  'LOG.CONSUMER_STALLED': 'a number of events',
  'LOG.LOST': FIXED,
  'LOG.SERVER_TOO_OLD': 'versions of nats-server',
  'LOG.STREAM_UNSUITABLE': 'the answer of JetStream to a change of the stream',
  'LOG.LIMIT_REFUSED': 'the name of a key, and the answer of JetStream to the creation of a stream',
  'LOG.EVENT_TOO_LARGE': 'id, subject and size of an event',
  'LOG.SPOOL_IN_USE': 'the path SPOOL_DIR',
  'LOG.SPOOL_UNWRITABLE': 'an error of the file system, which names a path',
  'LOG.SPOOL_DAMAGED': 'a path below SPOOL_DIR, and a position',
  'PROJECTION.LOG_DIVERGED': 'partition, sequences and times',
  'PROJECTION.CHECKPOINT_CONFLICT': 'partition, sequence and epoch',
  'PROJECTION.EVENT_UNREADABLE': 'sequence and subject of an event',
  'PROJECTION.IN_USE': 'the number of a projection',
  'PROJECTION.NOT_READY': 'the number of a partition',
  'PROJECTION.BUSY': FIXED,
  'DISCORD.INTENTS_REFUSED': 'names of intents',
  'DISCORD.SHARDS_REFUSED': 'a close code',
  'DISCORD.TOO_MANY_REFUSALS': FIXED,
  'DISCORD.BAD_ANSWER': 'the route of a request, without its query',
};

export const ALL_CODES = Object.keys(ERROR_CODES) as ErrorCode[];
