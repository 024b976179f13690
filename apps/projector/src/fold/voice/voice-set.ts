import type { ChangeBody, Snowflake, VoiceLeftBody } from '@discord-relay/contracts';
import { VOICE_STATES } from '@discord-relay/read-model/tables';
import { type FeedChain, requireGuildFeed } from '../shared/feed-chain.js';
import { memberKey } from '../shared/ids.js';
import type { RowModel, RequireRows } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { RowVersions } from '../shared/row-versions.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import type { VoiceRow } from '../shared/rows.js';
import { enterRoom, leaveRoom } from './evolve.js';
import type { VoiceOp } from './ops.js';

const READ_VOICE: RowRead<typeof VOICE_STATES, [Snowflake, Snowflake]> = {
  name: 'read_voice_states',
  table: VOICE_STATES,
  where: '(guild_id, user_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))',
};

const READ_VOICE_OF_GUILDS: RowRead<typeof VOICE_STATES, [Snowflake]> = {
  name: 'read_voice_of_guilds',
  table: VOICE_STATES,
  where: 'guild_id = ANY($1::bigint[]) AND channel_id IS NOT NULL',
};

export const requiredByVoice: RequireRows<VoiceOp> = (op, required) => {
  switch (op.op) {
    case 'enter':
      required.add(READ_VOICE, op.voice.guild_id, op.voice.user_id);
      return requireGuildFeed(required, op.voice.guild_id);
    case 'leave':
      required.add(READ_VOICE, op.guildId, op.userId);
      return requireGuildFeed(required, op.guildId);
    case 'leave_except':
      required.add(READ_VOICE_OF_GUILDS, op.guildId);
      return requireGuildFeed(required, op.guildId);
    default:
      return op satisfies never;
  }
};

/** The users in each room. */
export class VoiceSet implements RowModel<VoiceOp> {
  readonly rows: RowSet<string, VoiceRow>;
  private readonly versions = new RowVersions<VoiceRow>('voice_states', {
    ids: ({ guild_id, user_id }) => ({ guildId: guild_id, id: user_id }),
  });

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
  ) {
    const rows = loaded.of(READ_VOICE, READ_VOICE_OF_GUILDS);
    this.rows = new RowSet(rows, (row) => memberKey(row.guild_id, row.user_id), this.versions);
  }

  apply(op: VoiceOp, seq: number): void {
    switch (op.op) {
      case 'enter':
        return this.enter(op, seq);
      case 'leave': {
        const left = this.leave({ guild_id: op.guildId, user_id: op.userId }, seq);
        if (left) this.feeds.announce(op.guildId, null, seq, () => ({ kind: 'voice_left', body: left }));
        return;
      }
      case 'leave_except':
        return this.leaveExcept(op, seq);
      default:
        return op satisfies never;
    }
  }

  writes(): RowWrite[] {
    return [upsert(VOICE_STATES, this.rows.dirty()), ...this.versions.writes()];
  }

  /** The row decides whether the user joined, moved or was in the room already, not the event's type. */
  private enter(op: VoiceOp & { op: 'enter' }, seq: number): void {
    const { voice, avatar, at } = op;
    const key = memberKey(voice.guild_id, voice.user_id);
    const before = this.rows.get(key)?.channel_id ?? null;
    const after = this.rows.update(key, seq, (row) => enterRoom(row, voice, at, seq));
    if (!after || after.channel_id === before) return;
    this.feeds.announce(after.guild_id, null, seq, () => arrival(before, after, avatar));
  }

  /** Returns the room that was left, or null if the user was in none. */
  private leave(ids: Pick<VoiceRow, 'guild_id' | 'user_id'>, seq: number): VoiceLeftBody | null {
    const { guild_id: guildId, user_id: userId } = ids;
    const key = memberKey(guildId, userId);
    const fromChannelId = this.rows.get(key)?.channel_id ?? null;
    const after = this.rows.update(key, seq, (row) => leaveRoom(row, ids, seq));
    return after && { guildId, fromChannelId, userId };
  }

  private leaveExcept(op: VoiceOp & { op: 'leave_except' }, seq: number): void {
    const keep = new Set(op.keep);
    const left = this.rows
      .all()
      .filter((row) => row.guild_id === op.guildId && !keep.has(row.user_id))
      .flatMap((row) => this.leave(row, seq) ?? []);
    if (left.length > 0) this.feeds.announceInGuild(op.guildId, seq, () => ({ left }));
  }
}

function arrival(fromChannelId: Snowflake | null, row: VoiceRow, avatar: string | null): ChangeBody {
  const { guild_id: guildId, channel_id, user_id: userId, username } = row;
  const body = { guildId, channelId: channel_id!, userId, username, avatar };
  if (fromChannelId === null) return { kind: 'voice_joined', body };
  return { kind: 'voice_moved', body: { ...body, fromChannelId } };
}
