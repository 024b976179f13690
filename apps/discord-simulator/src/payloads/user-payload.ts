import type { APIUser, UserFlags } from 'discord-api-types/v10';
import type { UserRecord } from '../state/model/records.js';

const NO_FLAGS = 0 as UserFlags;
const built = new WeakMap<UserRecord, APIUser>();

/** A user object. Built once per record: users do not change, and every message contains one. */
export function userPayload(user: UserRecord): APIUser {
  const known = built.get(user);
  if (known) return known;
  const payload = build(user);
  built.set(user, payload);
  return payload;
}

/** The additional fields of `GET /users/@me` and READY. */
export function ownUserPayload(user: UserRecord): APIUser {
  return { ...userPayload(user), mfa_enabled: true, locale: 'en-US', verified: true, email: null };
}

/** The author of a webhook's message. */
export function webhookUser(id: string, username: string): APIUser {
  const user = build({ id, username, globalName: null, bot: true });
  return { ...user, discriminator: '0000' };
}

function build(user: UserRecord): APIUser {
  return {
    id: user.id,
    username: user.username,
    global_name: user.globalName,
    discriminator: user.bot ? '0001' : '0',
    avatar: null,
    avatar_decoration_data: null,
    collectibles: null,
    banner: null,
    accent_color: null,
    public_flags: NO_FLAGS,
    flags: NO_FLAGS,
    primary_guild: null,
    ...(user.bot ? { bot: true } : {}),
  };
}
