import { z } from 'zod';
import { permissionsField, snowflakeField as snowflake } from '../../json/parse-json.js';
import type { MemberPatch } from '../../state/people/members.js';
import type { RolePatch } from '../../state/people/roles.js';
import { parseBody } from '../../http/parse-body.js';

const memberBody = z.looseObject({
  nick: z.string().max(32).nullish(),
  roles: z.array(snowflake).nullish(),
  communication_disabled_until: z.iso.datetime({ offset: true }).nullish(),
  /** The voice channel to move the member to; null disconnects them. */
  channel_id: snowflake.nullish(),
});
const roleBody = z.looseObject({
  name: z.string().min(1).max(100).nullish(),
  permissions: permissionsField.nullish(),
  color: z.int().min(0).max(0xffffff).nullish(),
  /** Only the first colour of a gradient is stored. */
  colors: z.looseObject({ primary_color: z.int().min(0).max(0xffffff) }).nullish(),
  hoist: z.boolean().nullish(),
  mentionable: z.boolean().nullish(),
});

/** The body of Modify Guild Member. @throws DiscordError 50035 */
export function parseMemberPatch(body: unknown): { patch: MemberPatch; channelId?: string | null } {
  const {
    nick,
    roles,
    communication_disabled_until: until,
    channel_id: channelId,
  } = parseBody(memberBody, body);
  const patch = {
    nick: nick === '' ? null : nick,
    roleIds: roles ?? undefined,
    timedOutUntilMs: typeof until === 'string' ? Date.parse(until) : until,
  };
  return { patch: given(patch), ...(channelId === undefined ? {} : { channelId }) };
}

/** The body of Create Guild Role and Modify Guild Role. @throws DiscordError 50035 */
export function parseRole(body: unknown): RolePatch {
  const { name, permissions, color, colors, hoist, mentionable } = parseBody(roleBody, body);
  const patch = { name, permissions, color: colors?.primary_color ?? color, hoist, mentionable };
  return Object.fromEntries(
    Object.entries(patch).filter(([, value]) => value !== undefined && value !== null),
  );
}

function given(patch: { [K in keyof MemberPatch]: MemberPatch[K] | undefined }): MemberPatch {
  return Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
}
