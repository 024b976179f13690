import { ChannelType } from 'discord-api-types/v10';
import { z } from 'zod';
import { snowflakeField as snowflake } from '../../json/parse-json.js';
import type { ThreadPatch } from '../../state/channels/threads.js';
import { parseBody } from '../../http/parse-body.js';

const name = z.string().min(1).max(100);
const autoArchive = z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10_080)]);
const threadType = z.union([
  z.literal(ChannelType.AnnouncementThread),
  z.literal(ChannelType.PublicThread),
  z.literal(ChannelType.PrivateThread),
]);

const tagIds = z.array(snowflake).max(5);

const createBody = z.looseObject({
  name,
  type: threadType.optional(),
  auto_archive_duration: autoArchive.nullish(),
  invitable: z.boolean().nullish(),
});
const patchBody = z.looseObject({
  name: name.optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
  invitable: z.boolean().optional(),
  auto_archive_duration: autoArchive.optional(),
  rate_limit_per_user: z.int().min(0).max(21_600).optional(),
  applied_tags: tagIds.optional(),
});

const postBody = z.looseObject({
  name,
  auto_archive_duration: autoArchive.nullish(),
  applied_tags: tagIds.nullish(),
  message: z.looseObject({}),
});

/** The body of Start Thread in a forum, with its first message as the body of Create Message. @throws DiscordError 50035 */
export function parseCreatePost(body: unknown) {
  const { name: title, auto_archive_duration: minutes, applied_tags, message } = parseBody(postBody, body);
  const post = {
    name: title,
    appliedTagIds: applied_tags ?? [],
    ...(minutes === undefined || minutes === null ? {} : { autoArchiveMinutes: minutes }),
  };
  return { post, message };
}

/** The body of Start Thread. Without a type the thread is private, as on Discord. @throws DiscordError 50035 */
export function parseCreateThread(body: unknown) {
  const { name: title, type, auto_archive_duration: minutes, invitable } = parseBody(createBody, body);
  return {
    name: title,
    type: type ?? ChannelType.PrivateThread,
    ...(minutes === undefined || minutes === null ? {} : { autoArchiveMinutes: minutes }),
    ...(invitable === undefined || invitable === null ? {} : { invitable }),
  };
}

/** The body of Modify Channel, for a thread. @throws DiscordError 50035 */
export function parseThreadPatch(body: unknown): ThreadPatch {
  const given = parseBody(patchBody, body);
  const patch = {
    name: given.name,
    archived: given.archived,
    locked: given.locked,
    invitable: given.invitable,
    autoArchiveMinutes: given.auto_archive_duration,
    rateLimitPerUser: given.rate_limit_per_user,
    appliedTagIds: given.applied_tags,
  };
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
