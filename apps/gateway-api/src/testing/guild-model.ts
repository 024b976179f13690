import {
  type Change,
  type ChangeBody,
  channelFeed,
  type FeedKey,
  guildFeed,
  type Snowflake,
} from '@discord-relay/contracts';
import { VIEW_CHANNEL } from '../access/permissions.js';
import { GUILD } from './rows.js';

export const TEXT = '2' as Snowflake;
export const ROOM = '3' as Snowflake;
export const USER = '9' as Snowflake;

/** One change in the guild. */
export type Step = { of: 'said' } | { of: 'entered' } | { of: 'shown' | 'hidden'; channelId: Snowflake };

/** A guild with a text channel and a room, each of which is visible to everyone or to nobody. */
export class GuildModel {
  readonly changes: Change[] = [];
  private readonly heads = new Map<string, number>();

  add(step: Step): Change {
    const seq = 1 + (this.changes.at(-1)?.seq ?? 0);
    const feed: FeedKey = step.of === 'said' ? channelFeed(TEXT) : guildFeed(GUILD);
    const channelId = step.of === 'said' ? TEXT : null;
    const place = {
      guildId: GUILD,
      channelId,
      feed,
      seq,
      prev: this.heads.get(feed) ?? 0,
      guildPrev: seq - 1,
    };
    this.heads.set(feed, seq);
    const change: Change = { ...place, ...bodyOf(step, seq) };
    this.changes.push(change);
    return change;
  }

  /** Whether the channel is visible to everyone directly after the change `seq`. */
  isOpen(channelId: Snowflake, seq: number): boolean {
    const last = this.changes.findLast(
      (change) => change.seq <= seq && accessIn(change).some((each) => each === channelId),
    );
    return last === undefined || !isHiding(last);
  }

  /** The users in the room after the change `seq`. */
  inside(seq: number): string[] {
    return this.changes.flatMap((change) =>
      change.kind === 'voice_joined' && change.seq <= seq ? [change.body.userId] : [],
    );
  }
}

export const typeOf = (channelId: Snowflake): number => (channelId === ROOM ? 2 : 0);
export const DENIED = [{ id: GUILD, type: 'role' as const, allow: '0', deny: String(VIEW_CHANNEL) }];

function bodyOf(step: Step, seq: number): ChangeBody {
  const id = String(seq) as Snowflake;
  switch (step.of) {
    case 'said': {
      const author = { id: USER, username: '' };
      const first = { editedTimestamp: null, pinned: false, revision: 0 };
      const timestamp = '2026-01-01T00:00:00.000Z';
      return {
        kind: 'message',
        body: { id, content: '', author, timestamp, ...first, channelId: TEXT, serverId: GUILD },
      };
    }
    case 'entered': {
      const body = { guildId: GUILD, channelId: ROOM, userId: id, username: '', avatar: null };
      return { kind: 'voice_joined', body };
    }
    default: {
      const { channelId } = step;
      const overwrites = step.of === 'hidden' ? DENIED : [];
      const channel = { type: typeOf(channelId), parentId: null, overwrites, deleted: false };
      return { kind: 'access', body: { access: [{ of: 'channel', channelId, ...channel }] } };
    }
  }
}

const accessIn = ({ kind, body }: Change): string[] =>
  kind === 'access' ? body.access.flatMap((each) => (each.of === 'channel' ? [each.channelId] : [])) : [];
const isHiding = ({ kind, body }: Change): boolean =>
  kind === 'access' && body.access.some((each) => each.of === 'channel' && each.overwrites!.length > 0);
