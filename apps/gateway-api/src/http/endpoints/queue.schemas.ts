import {
  QUEUE_STATES,
  type QueueEntry,
  type RestQueuePage,
  type RestQueueSettings,
} from '@discord-relay/contracts';
import { FLAG, ID, list, object, orNull, SEQ, TEXT, TIME, WHOLE } from '../openapi/schema-of.js';

const PERSON = object<{ id: string; name: string | null }>(
  { id: ID, name: { ...orNull(TEXT), description: 'The name in the guild; null: not known.' } },
  {},
);

const ENTRY = object<QueueEntry>(
  {
    id: { ...ID, description: 'The thread, or the first message of a member in a text channel.' },
    guildId: ID,
    channelId: ID,
    parentId: { ...orNull(ID), description: 'The channel of the thread; null: a message in a text channel.' },
    name: TEXT,
    state: { type: 'string', enum: [...QUEUE_STATES, 'gone'] },
    opener: orNull(PERSON),
    openedAt: TIME,
    lastSpeaker: orNull(PERSON),
    lastMessageAt: orNull(TIME),
    waitingSince: { ...orNull(TIME), description: 'The oldest message that staff has not answered.' },
    firstResponseAt: orNull(TIME),
    firstResponseS: {
      ...orNull(WHOLE),
      description: 'Seconds from the question to the first answer by staff.',
    },
  },
  {},
);

const COUNTS = object<RestQueuePage['counts']>({ waiting: WHOLE, answered: WHOLE, solved: WHOLE }, {});

export const QUEUE_PAGE = object<RestQueuePage>(
  {
    entries: list(ENTRY),
    next: { ...orNull(TEXT), description: 'What to pass as `after` for the next page.' },
    counts: COUNTS,
    configured: { ...FLAG, description: 'Whether an admin has set the queue up.' },
    seq: SEQ,
  },
  {},
);

export const QUEUE_SETTINGS = object<RestQueueSettings>(
  {
    staffRoleIds: list(ID),
    channelIds: list(ID),
    messageChannelIds: list(ID),
    solvedTagIds: list(ID),
    solvedWhenArchived: FLAG,
    revision: { ...WHOLE, description: 'Increases with every change; 0: never set.' },
    updatedBy: orNull(TEXT),
    updatedAt: orNull(TIME),
  },
  {},
);
