import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import type { ThreadType } from '../../state/model/records.js';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import { firstMessage } from './message-bodies.js';

const name = z.string().min(1).max(100);
const minutes = z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10_080)]);
const THREAD_TYPES = {
  public: ChannelType.PublicThread,
  private: ChannelType.PrivateThread,
} as const satisfies Record<string, ThreadType>;

/** Omits absent fields, so that a patch changes nothing else. */
function given<T extends object>(body: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export const newThread = z
  .strictObject({
    name,
    userId: snowflake.optional(),
    messageId: snowflake.optional(),
    type: z
      .enum(['public', 'private'])
      .transform((word): ThreadType => THREAD_TYPES[word])
      .optional(),
    autoArchiveMinutes: minutes.optional(),
    invitable: z.boolean().optional(),
    appliedTagIds: z.array(snowflake).max(5).optional(),
    /** The first message of a forum post. */
    message: firstMessage.optional(),
  })
  .transform(given);
export const threadPatch = z
  .strictObject({
    name: name.optional(),
    archived: z.boolean().optional(),
    locked: z.boolean().optional(),
    invitable: z.boolean().optional(),
    autoArchiveMinutes: minutes.optional(),
    rateLimitPerUser: z.int().min(0).max(21_600).optional(),
    appliedTagIds: z.array(snowflake).max(5).optional(),
  })
  .transform(given);

export const memberPatch = z
  .strictObject({
    nick: z.string().max(32).nullable().optional(),
    roleIds: z.array(snowflake).optional(),
    /** Epoch milliseconds. */
    timedOutUntilMs: z.int().nonnegative().nullable().optional(),
    pending: z.boolean().optional(),
  })
  .transform(given);
const reason = z.string().max(512).nullable().default(null);
/** With a moderator, the action is in the audit log as well. */
export const newBan = z.strictObject({ reason, moderatorId: snowflake.optional() });

export const rolePatch = z
  .strictObject({
    name: name.optional(),
    permissions: z.string().regex(/^\d+$/).optional(),
    position: z.int().nonnegative().optional(),
    color: z.int().min(0).max(0xffffff).optional(),
    hoist: z.boolean().optional(),
    mentionable: z.boolean().optional(),
  })
  .transform(given);

const flag = z.boolean().optional();
export const voiceEntry = z
  .strictObject({
    userId: snowflake,
    selfMute: flag,
    selfDeaf: flag,
    selfVideo: flag,
    selfStream: flag,
    mute: flag,
    deaf: flag,
    suppress: flag,
  })
  .transform(given);
export const byUser = z.strictObject({ userId: snowflake });
export const presence = z.strictObject({
  userId: snowflake,
  status: z.enum(['online', 'idle', 'dnd', 'offline']),
});
