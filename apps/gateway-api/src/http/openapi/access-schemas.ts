import type { AccessExplanation, AccessRule, AccessStep } from '@discord-relay/contracts';
import { FLAG, ID, list, object, ref, type SchemaObject, TEXT } from './schema-of.js';

const RULES: Record<AccessRule, true> = {
  guild_unknown: true,
  out_of_scope: true,
  channel_unknown: true,
  public_channel: true,
  staff: true,
  not_a_member: true,
  guest: true,
  owner: true,
  everyone_unknown: true,
  roles_unknown: true,
  roles: true,
  administrator: true,
  overwrites_unknown: true,
  everyone_overwrite: true,
  role_overwrites: true,
  member_overwrite: true,
  timeout: true,
  private_thread: true,
};

/** Of who may read what, and why. */
export const ACCESS_SCHEMAS = {
  AccessRule: { type: 'string', enum: Object.keys(RULES) },
  AccessDecision: object<AccessExplanation['see']>({ allowed: FLAG, rule: ref('AccessRule') }, {}),
  AccessStep: object<AccessStep>(
    {
      rule: ref('AccessRule'),
      ids: list(ID),
      permissions: { type: 'string', description: 'What the rule left: decimal bits.' },
      names: list(TEXT),
    },
    {},
  ),
  AccessExplanation: object<AccessExplanation>(
    {
      guildId: ID,
      channelId: ID,
      userId: ID,
      see: ref('AccessDecision'),
      read: ref('AccessDecision'),
      history: ref('AccessDecision'),
      steps: list(ref('AccessStep')),
    },
    {},
    'In the order in which the rules apply.',
  ),
} satisfies Record<string, SchemaObject>;
