import {
  channelFeed,
  guildFeed,
  guildHead,
  type AccessChange,
  type Change,
  type ChangeBody,
  type ChannelChangeBody,
  type FeedKey,
  type HeadKey,
  type Snowflake,
  type VoiceLeftBody,
} from '@discord-relay/contracts';
import { CHANGES, FEED_HEADS } from '@discord-relay/read-model/tables';
import type { HeadRow } from './rows.js';
import type { LoadedRows, RowRead, RequiredRows } from './row-read.js';
import { RowSet } from './row-set.js';
import { copy, type RowWrite, upsert } from './row-write.js';

const READ_HEADS: RowRead<typeof FEED_HEADS, [HeadKey]> = {
  name: 'read_feed_heads',
  table: FEED_HEADS,
  where: 'feed = ANY($1::text[])',
};

/** For an operation that may be announced in the feed of a channel. */
export function requireChannelFeed(required: RequiredRows, channelId: Snowflake, guildId: Snowflake): void {
  required.add(READ_HEADS, channelFeed(channelId));
  required.add(READ_HEADS, guildHead(guildId));
}

/** For an operation that may be announced in the feed of a guild. */
export function requireGuildFeed(required: RequiredRows, guildId: Snowflake): void {
  required.add(READ_HEADS, guildFeed(guildId));
  required.add(READ_HEADS, guildHead(guildId));
}

/** One of the announcements that an event causes in a guild. */
export interface GuildAnnouncement {
  channels?: ChannelChangeBody[];
  left?: VoiceLeftBody[];
  access?: AccessChange[];
}

/** The changes that clients receive, each linked to the previous one. */
export class FeedChain {
  readonly heads: RowSet<HeadKey, HeadRow>;
  readonly changes: Change[] = [];

  /** `muted`: heads move without announcements; `headSeq`: they move there instead of to the event's sequence. */
  constructor(
    loaded: LoadedRows,
    private readonly muted: boolean,
    private readonly headSeq?: number,
  ) {
    this.heads = new RowSet(loaded.of(READ_HEADS), (row) => row.feed);
  }

  writes(): RowWrite[] {
    return [
      copy(CHANGES, this.changes.map(changeRow), CHANGE_COLUMNS),
      upsert(FEED_HEADS, this.heads.dirty()),
    ];
  }

  /**
   * Links a change into the chain of its feed (`channelId` null: the guild's own feed) and into that of its guild. The body is
   * computed only if it is announced; a replay announces nothing.
   */
  announce(guildId: Snowflake, channelId: Snowflake | null, seq: number, makeBody: () => ChangeBody): void {
    const feed: FeedKey = channelId === null ? guildFeed(guildId) : channelFeed(channelId);
    const prev = this.moveHead(feed, guildId, seq);
    const guildPrev = this.moveHead(guildHead(guildId), guildId, seq);
    if (this.muted) return;
    const { kind, body } = makeBody();
    this.changes.push({ kind, body, guildId, channelId, feed, seq, prev, guildPrev } as Change);
  }

  /** Announces a part of an event's effect on a guild; all parts of an event are one change. */
  announceInGuild(guildId: Snowflake, seq: number, makeBody: () => GuildAnnouncement): void {
    const last = this.changes.at(-1);
    const announced = last?.seq === seq && announcementOf(last);
    if (announced) Object.assign(last, changeOf(together(announced, makeBody())));
    else this.announce(guildId, null, seq, () => changeOf(makeBody()));
  }

  private moveHead(feed: HeadKey, guildId: Snowflake, seq: number): number {
    const prev = this.heads.get(feed)?.seq ?? 0;
    this.heads.set(feed, { feed, seq: this.headSeq ?? seq, guild_id: guildId });
    return prev;
  }
}

/** Postgres sets `committed_at`. */
const CHANGE_COLUMNS = [
  'guild_id',
  'channel_id',
  'feed',
  'seq',
  'prev',
  'guild_prev',
  'kind',
  'body',
] as const;

const changeRow = ({ guildId, channelId, feed, seq, prev, guildPrev, kind, body }: Change) => ({
  guild_id: guildId,
  channel_id: channelId,
  feed,
  seq,
  prev,
  guild_prev: guildPrev,
  kind,
  body,
});

const announcementOf = ({ kind, body }: Change): GuildAnnouncement | null =>
  kind === 'guild_listed' || kind === 'access' ? body : null;

const together = (a: GuildAnnouncement, b: GuildAnnouncement): Required<GuildAnnouncement> => ({
  channels: [...(a.channels ?? []), ...(b.channels ?? [])],
  left: [...(a.left ?? []), ...(b.left ?? [])],
  access: [...(a.access ?? []), ...(b.access ?? [])],
});

function changeOf({ channels = [], left = [], access = [] }: GuildAnnouncement): ChangeBody {
  if (channels.length + left.length === 0) return { kind: 'access', body: { access } };
  return { kind: 'guild_listed', body: { channels, left, ...(access.length > 0 && { access }) } };
}
