import { ChannelType, OverwriteType } from 'discord-api-types/v10';
import { z } from 'zod';
import { permissionsField, snowflakeField as snowflake } from '../../json/parse-json.js';
import type { ChannelPatch, GivenForumTag, NewChannel } from '../../state/model/world-types.js';
import { parseBody } from '../../http/parse-body.js';

const channelType = z.union([
  z.literal(ChannelType.GuildText),
  z.literal(ChannelType.GuildVoice),
  z.literal(ChannelType.GuildCategory),
  z.literal(ChannelType.GuildAnnouncement),
  z.literal(ChannelType.GuildStageVoice),
  z.literal(ChannelType.GuildForum),
]);
const bits = permissionsField.nullish().transform((given) => given ?? '0');
const overwrite = z
  .looseObject({ id: snowflake, type: z.enum(OverwriteType), allow: bits, deny: bits })
  .transform(({ id, type, allow, deny }) => ({ id, type, allow, deny }));
const overwriteBody = z.looseObject({ type: z.enum(OverwriteType), allow: bits, deny: bits });

const forumTag = z.looseObject({
  id: snowflake.nullish(),
  name: z.string().min(1).max(20),
  moderated: z.boolean().nullish(),
  emoji_id: snowflake.nullish(),
  emoji_name: z.string().max(100).nullish(),
});

const fields = {
  topic: z.string().max(4096).nullish(),
  parent_id: snowflake.nullish(),
  position: z.int().nonnegative().nullish(),
  nsfw: z.boolean().nullish(),
  rate_limit_per_user: z.int().min(0).max(21_600).nullish(),
  permission_overwrites: z.array(overwrite).nullish(),
  available_tags: z.array(forumTag).max(20).nullish(),
};
const name = z.string().min(1).max(100);
const createBody = z.looseObject({ name, type: channelType.nullish(), ...fields });
const patchBody = z.looseObject({ name: name.nullish(), ...fields });

/** The body of Create Guild Channel. @throws DiscordError 50035 */
export function parseNewChannel(body: unknown): NewChannel {
  const parsed = parseBody(createBody, body);
  const type = parsed.type ?? ChannelType.GuildText;
  return { ...changesOf(parsed), name: nameIn(type, parsed.name), type };
}

/** The body of Modify Channel, for a channel of this type. @throws DiscordError 50035 */
export function parseChannelPatch(body: unknown, type: ChannelType): ChannelPatch {
  const parsed = parseBody(patchBody, body);
  const title = parsed.name;
  return { ...changesOf(parsed), ...(title ? { name: nameIn(type, title) } : {}) };
}

/** The body of Edit Channel Permissions. @throws DiscordError 50035 */
export function parseOverwrite(body: unknown) {
  const { type, allow, deny } = parseBody(overwriteBody, body);
  return { type, allow, deny };
}

function changesOf(parsed: z.infer<typeof patchBody>): ChannelPatch {
  const patch = {
    topic: parsed.topic,
    parentId: parsed.parent_id,
    position: parsed.position ?? undefined,
    nsfw: parsed.nsfw ?? undefined,
    rateLimitPerUser: parsed.rate_limit_per_user ?? undefined,
    permissionOverwrites: parsed.permission_overwrites ?? undefined,
    availableTags: parsed.available_tags?.map(givenTag),
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}

/** A tag without an id is new. */
const givenTag = (tag: z.infer<typeof forumTag>): GivenForumTag => ({
  ...(tag.id ? { id: tag.id } : {}),
  name: tag.name,
  moderated: tag.moderated ?? false,
  emoji:
    tag.emoji_id || tag.emoji_name
      ? { id: tag.emoji_id ?? null, name: tag.emoji_name ?? null, animated: false }
      : null,
});

/** Discord converts names of text channels to lower case with dashes. */
function nameIn(type: ChannelType, given: string): string {
  const isText = type === ChannelType.GuildText || type === ChannelType.GuildAnnouncement;
  return isText ? given.trim().toLowerCase().replace(/\s+/g, '-') : given;
}
