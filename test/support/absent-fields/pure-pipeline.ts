import type { AccessChange, Change, Snowflake } from '@discord-relay/contracts';
import {
  GuildAccess,
  type GuildFacts,
  type MemberFacts,
  noMember,
  type Rights,
} from '@discord-relay/gateway-api/access';
import { MemberListCollector, normalize, VoiceChannelTracker } from '@discord-relay/ingestor/pure';
import { fold, LoadedRows, memberKey, WorkingSet } from '@discord-relay/projector/fold';

const RECEIVED_AT = '2025-03-01T10:00:01.000Z';
/** Every dispatch comes a second after the previous one. */
const receivedAt = (sequence: number) => new Date(Date.parse(RECEIVED_AT) + sequence * 1_000).toISOString();
const NOBODY_PUBLIC: ReadonlySet<string> = new Set();

/** Computes rows and rights from dispatches in memory, like ingestor, projector and gateway, without a server. */
export class PurePipeline {
  readonly rows = new WorkingSet(new LoadedRows());
  private readonly voice = new VoiceChannelTracker();
  private readonly rolls = new MemberListCollector();
  private readonly live: GuildAccess;
  private sequence = 0;
  private seq = 0;
  private received = 0;
  private read: { seq: number; access: GuildAccess } | undefined;

  /** @param userIds all users whose rights are requested */
  constructor(
    private readonly guildId: string,
    private readonly userIds: readonly string[],
  ) {
    const nobody = { id: guildId, present: true, ownerId: null, seq: 0, roles: [], channels: [] };
    this.live = new GuildAccess({ ...nobody, members: userIds.map(noMember) }, NOBODY_PUBLIC);
  }

  /** Returns the types of the events of a dispatch, and the number of omitted parts; undefined: none. */
  take(t: string, d: unknown): { types: string[]; droppedParts: number } | undefined {
    const dispatch = { t, s: ++this.sequence, d };
    const result = normalize(dispatch, {
      receivedAt: receivedAt(this.sequence),
      shardId: 0,
      sessionId: 'a',
      voiceChannelOf: this.voice.channelOf,
      completeMemberListOf: this.rolls.completeListOf,
    });
    if (t === 'GUILD_CREATE') this.rolls.start(this.guildId as Snowflake, 'n');
    this.rolls.apply(dispatch);
    if (!result.ok) return undefined;
    for (const event of result.events) {
      this.voice.apply(event);
      this.seq += 1;
      for (const change of fold(event)) this.rows.apply(change, this.seq);
    }
    this.listen();
    return { types: result.events.map(({ type }) => type), droppedParts: result.droppedParts };
  }

  /** The rights of a user when the rows are read anew. */
  rights(userId: string, channelId: string): Rights {
    if (this.read?.seq !== this.seq) this.read = { seq: this.seq, access: this.loaded() };
    return this.read.access.rights(this.viewer(userId), channelId, this.nowMs);
  }

  /** The rights of a user according to all changes since the beginning. */
  announcedRights(userId: string, channelId: string): Rights {
    return this.live.rights(this.viewer(userId), channelId, this.nowMs);
  }

  channel(id: string) {
    return this.rows.channels.rows.get(id as Snowflake);
  }

  member(userId: string) {
    return this.rows.members.rows.get(memberKey(this.guildId as Snowflake, userId as Snowflake));
  }

  private get nowMs(): number {
    return Date.parse(receivedAt(this.sequence));
  }

  private readonly viewer = (id: string) => ({ id, role: 'viewer' as const, expiresAtMs: Infinity });

  private listen(): void {
    const { changes } = this.rows.feeds;
    for (; this.received < changes.length; this.received++) {
      const change = changes[this.received]!;
      this.live.apply(accessIn(change), change.seq);
    }
  }

  private loaded(): GuildAccess {
    const guild = this.rows.guilds.rows.get(this.guildId as Snowflake);
    const facts: GuildFacts = {
      id: this.guildId,
      present: guild?.left_at === null,
      ownerId: guild?.owner_id ?? null,
      seq: this.seq,
      roles: this.rows.roles.rows.all().map(({ id, permissions, deleted_at }) => ({
        id,
        permissions: deleted_at === null ? (permissions ?? '0') : null,
      })),
      channels: this.rows.channels.rows.all().map((row) => ({
        id: row.id,
        type: row.type,
        parentId: row.parent_id,
        overwrites: row.overwrites,
        deleted: row.deleted_at !== null,
      })),
      members: this.userIds.map((userId) => this.memberFacts(userId)),
    };
    return new GuildAccess(facts, NOBODY_PUBLIC);
  }

  private memberFacts(userId: string): MemberFacts {
    const row = this.member(userId);
    if (!row) return noMember(userId);
    const inThreads = this.rows.threadMembers.added.filter(({ user_id }) => user_id === row.user_id);
    return {
      userId,
      roleIds: row.role_ids,
      timedOutUntilMs: row.timed_out_until === null ? 0 : Date.parse(row.timed_out_until),
      left: row.left_at !== null,
      guest: ((row.flags ?? 0) & 16) !== 0,
      threadIds: inThreads.map(({ thread_id }) => thread_id),
    };
  }
}

const accessIn = ({ body }: Change): AccessChange[] =>
  'access' in body && body.access !== undefined ? body.access : [];
