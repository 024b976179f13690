import { ChannelType, OverwriteType } from 'discord-api-types/v10';
import { z } from 'zod';
import { parseEmoji } from '../../rest/messages/emoji-param.js';
import type { RestFault } from '../../rest/limits/rest-faults.js';
import type { GuildChannelType } from '../../state/model/records.js';
import { snowflakeField as snowflake } from '../../json/parse-json.js';

const TYPES = {
  text: ChannelType.GuildText,
  voice: ChannelType.GuildVoice,
  category: ChannelType.GuildCategory,
  announcement: ChannelType.GuildAnnouncement,
  stage: ChannelType.GuildStageVoice,
  forum: ChannelType.GuildForum,
} as const satisfies Record<string, GuildChannelType>;

const name = z.string().min(1).max(100);

/** A name or Discord's number. */
const channelType = z
  .union([
    z.enum(['text', 'voice', 'category', 'announcement', 'stage', 'forum']).transform((word) => TYPES[word]),
    z.union([z.literal(0), z.literal(2), z.literal(4), z.literal(5), z.literal(13), z.literal(15)]),
  ])
  .transform((type): GuildChannelType => type);

const overwrite = z.object({
  id: snowflake,
  type: z.enum(OverwriteType),
  allow: z.string().regex(/^\d+$/),
  deny: z.string().regex(/^\d+$/),
});

/** A tag of a forum; without an id it is new. */
const forumTag = z
  .strictObject({
    id: snowflake.optional(),
    name: z.string().min(1).max(20),
    moderated: z.boolean().default(false),
    emoji: z.string().max(64).optional(),
  })
  .transform(({ id, emoji: character, ...tag }) => ({
    ...tag,
    ...(id === undefined ? {} : { id }),
    emoji: character === undefined ? null : { id: null, name: character, animated: false },
  }));

const channelFields = {
  topic: z.string().max(4096).nullable().optional(),
  parentId: snowflake.nullable().optional(),
  position: z.int().nonnegative().optional(),
  nsfw: z.boolean().optional(),
  rateLimitPerUser: z.int().min(0).max(21_600).optional(),
  permissionOverwrites: z.array(overwrite).optional(),
  availableTags: z.array(forumTag).max(20).optional(),
};

export const newChannel = z.strictObject({ name, type: channelType.optional(), ...channelFields });
export const channelPatch = z.strictObject({ name: name.optional(), ...channelFields });
export const newGuild = z.strictObject({
  name,
  description: z.string().nullable().optional(),
  channels: z.array(newChannel).optional(),
});
export const guildPatch = z.strictObject({
  name: name.optional(),
  description: z.string().nullable().optional(),
  systemChannelId: snowflake.nullable().optional(),
  unavailable: z.boolean().optional(),
});
export const guildRemoval = z.strictObject({ unavailable: z.boolean().default(false) });
export const newUser = z.strictObject({
  username: z.string().min(1).max(32),
  globalName: z.string().max(32).nullable().optional(),
});
export const newInvite = z.strictObject({
  userId: snowflake,
  maxAgeS: z.int().min(0).max(604_800).optional(),
  maxUses: z.int().min(0).max(100).optional(),
  temporary: z.boolean().optional(),
});

const emoji = z.string().transform((text, context) => {
  const parsed = parseEmoji(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'must be an emoji or name:id' });
  return z.NEVER;
});
export const newReaction = z.strictObject({ userId: snowflake, emoji, burst: z.boolean().default(false) });
export const reactionRemoval = z.strictObject({ userId: snowflake, emoji });
export const reactionClearing = z.strictObject({ emoji: emoji.nullable().default(null) });

const ratio = z.number().min(0).max(1);
export const newScenario = z
  .strictObject({
    messagesPerSecond: z.number().positive().max(20_000).optional(),
    durationMs: z.int().positive().optional(),
    count: z.int().positive().optional(),
    seed: z.int().optional(),
    channelIds: z.array(snowflake).min(1).optional(),
    editRatio: ratio.default(0),
    deleteRatio: ratio.default(0),
    reactionRatio: ratio.default(0),
    threadRatio: ratio.default(0),
    memberRatio: ratio.default(0),
    voiceRatio: ratio.default(0),
    lively: z.boolean().default(false),
  })
  .refine(
    (body) => body.lively || body.messagesPerSecond !== undefined,
    'messagesPerSecond is needed unless lively',
  )
  .refine(
    (body) =>
      body.editRatio +
        body.deleteRatio +
        body.reactionRatio +
        body.threadRatio +
        body.memberRatio +
        body.voiceRatio <=
      0.9,
    'the ratios may add up to 0.9',
  );

const shardId = z.int().nonnegative().optional();
export const dropRequest = z.strictObject({ code: z.int().min(1000).max(4999).optional(), shardId });
export const shardRequest = z.strictObject({ shardId });
export const invalidateRequest = z.strictObject({ resumable: z.boolean(), shardId });
export const countRequest = z.strictObject({ count: z.int().min(1).max(10_000).default(1), shardId });
const durationMs = z.int().min(0).max(86_400_000);
export const freezeRequest = z.strictObject({
  heartbeatAcks: z.boolean().default(false),
  durationMs: durationMs.optional(),
  shardId,
});
export const refuseRequest = z.strictObject({ durationMs });
const restFaultScope = {
  ratio: z.number().min(0).max(1).default(1),
  requests: z.int().positive().nullable().default(null),
  path: z.string().default(''),
};
export const restFault = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('slow'), delayMs: durationMs, ...restFaultScope }),
    z.strictObject({
      kind: z.literal('error'),
      status: z.int().min(500).max(599).default(503),
      ...restFaultScope,
    }),
    z.strictObject({
      kind: z.literal('rate_limited'),
      retryAfterMs: durationMs.default(1000),
      global: z.boolean().default(false),
      ...restFaultScope,
    }),
  ])
  .transform((fault): RestFault => ({ delayMs: 0, status: 0, retryAfterMs: 0, global: false, ...fault }));
export const rawDispatch = z.strictObject({ t: z.string().min(1), d: z.unknown(), shardId });
export const rawText = z.strictObject({ text: z.string(), shardId });

const wholeNumber = z.string().regex(/^\d+$/, 'must be a whole number').transform(Number);
export const ledgerQuery = z.object({
  after: wholeNumber.default(0),
  limit: wholeNumber.pipe(z.number().min(1).max(100_000)).default(1000),
});
export const sentQuery = ledgerQuery.extend({ session: z.string().min(1).optional() });
