import type { Snowflake } from '@discord-relay/contracts';
import type { MessageFields, MessageFieldsPatch } from '../shared/rows.js';

export type MessageOp = { model: 'messages' } & (
  | { op: 'create'; message: MessageFields }
  /** A message of an export. */
  | { op: 'import'; message: MessageFields }
  /** Reactions that an import must not bring back, as `imports.ts` names them. */
  | { op: 'remove_reactions'; id: Snowflake; channelId: Snowflake; guildId: Snowflake; removed: string }
  | { op: 'patch'; patch: MessageFieldsPatch }
  | { op: 'delete'; ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake; at: string }
);
