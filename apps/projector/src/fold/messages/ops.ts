import type { Snowflake } from '@discord-relay/contracts';
import type { MessageFields, MessageFieldsPatch } from '../shared/rows.js';

export type MessageOp = { model: 'messages' } & (
  | { op: 'create'; message: MessageFields }
  | { op: 'patch'; patch: MessageFieldsPatch }
  | { op: 'delete'; ids: Snowflake[]; channelId: Snowflake; guildId: Snowflake; at: string }
);
