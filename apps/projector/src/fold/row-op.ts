import type { ChannelOp } from './channels/ops.js';
import type { PositionOp } from './counts/stream-positions.js';
import type { GuildOp } from './guilds/ops.js';
import type { MemberOp } from './members/ops.js';
import type { IndependentOp } from './models.js';
import type { MessageOp } from './messages/ops.js';
import type { PollOp } from './polls/ops.js';
import type { ReactionOp } from './reactions/ops.js';
import type { RoleOp } from './roles/ops.js';
import type { VoiceOp } from './voice/ops.js';

/** The effect of an event on rows. Whether a row really changes depends on its state: see `RowModel.apply`. */
export type RowOp =
  | ChannelOp
  | GuildOp
  | IndependentOp
  | MemberOp
  | MessageOp
  | PollOp
  | PositionOp
  | ReactionOp
  | RoleOp
  | VoiceOp;

export type ModelName = RowOp['model'];

export type OpOf<Model extends ModelName> = Extract<RowOp, { model: Model }>;
