import type { AccessChange, Change } from '@discord-relay/contracts';
import type { AccessEffect } from '../../access/access-effect.js';
import type { GuildAccess } from '../../access/guild-access.js';
import type { Principal } from '../../access/principal.js';
import type { GuildTail } from '../../read/changes.query.js';
import type { GuildSink, GuildSource, Successor } from './guild-feed.js';

/** Who follows something of a guild, and has to stop at once when they may not any more. */
export interface AccessWatcher {
  readonly principal: Principal;
  /**
   * Their rights may have changed: called in the guild's order, before anything later is delivered. May not throw.
   * Returns how many feeds it stopped following.
   */
  accessChanged(access: GuildAccess): number;
}

/** Where guilds are read. All reject when the database is away. */
export interface GuildReader {
  readHead(guildId: string): Promise<number>;
  /** At most `limit` changes after `seq`, oldest first. */
  readTail(guildId: string, seq: number, limit: number): Promise<GuildTail>;
  /** Who may see what in a guild, with these of its members. */
  loadAccess(guildId: string, userIds: readonly string[]): Promise<GuildAccess>;
  /** Adds one member to what is known. */
  loadMember(access: GuildAccess, userId: string): Promise<void>;
}

/** Where the changes of all guilds go. None may throw. */
export interface ChangeSink {
  deliver(change: Change): void;
  /** Changes were lost for good: whoever follows a feed of the guild needs a new snapshot. */
  changesLost(guildId: string): void;
  /** Rights were taken from those who followed `feeds` feeds, by this change. */
  revoked(change: Change, feeds: number): void;
}

/**
 * What is known of a guild that is followed: who may see what there, and who is to be told when that changes. Stands
 * between the chain of its changes and where they go, so that nothing passes by it.
 */
export class SubscribedGuild implements GuildSource, GuildSink {
  private known: GuildAccess | undefined;
  private readonly watchers = new Map<string, Map<AccessWatcher, number>>();

  constructor(
    readonly guildId: string,
    private readonly reader: GuildReader,
    private readonly sink: ChangeSink,
  ) {}

  /** Once {@link load} has resolved. */
  get access(): GuildAccess {
    if (!this.known) throw new Error(`access to guild ${this.guildId} is used before it was read`);
    return this.known;
  }

  /** Harmless when repeated: whoever holds several subscriptions watches until the last is gone. */
  watch(watcher: AccessWatcher): () => void {
    const { id } = watcher.principal;
    const ofUser = this.watchers.get(id) ?? new Map<AccessWatcher, number>();
    this.watchers.set(id, ofUser.set(watcher, (ofUser.get(watcher) ?? 0) + 1));
    this.known?.expectMember(id);
    return () => this.unwatch(id, ofUser, watcher);
  }

  /** Resolves when the rights of this member are known. @throws AppError when the database is away */
  async ensureMember(userId: string): Promise<void> {
    // What is known of the guild may be read anew meanwhile, perhaps without this member.
    while (!this.access.knowsMember(userId)) await this.reader.loadMember(this.access, userId);
  }

  async load(): Promise<number> {
    const again = this.known !== undefined;
    const access = await this.loadAccess();
    // Whoever came meanwhile is known in what is given up: they must not be taken for strangers.
    if (again) await this.completeMembers(access);
    this.replace(access, again);
    return access.seq;
  }

  async loadSuccessor(): Promise<Successor> {
    const access = await this.loadAccess();
    return {
      seq: access.seq,
      adopt: () => {
        for (const userId of this.watchers.keys()) access.inheritMember(userId, this.access);
        this.replace(access, true);
      },
    };
  }

  readHead(): Promise<number> {
    return this.reader.readHead(this.guildId);
  }

  readTail(seq: number, limit: number): Promise<GuildTail> {
    return this.reader.readTail(this.guildId, seq, limit);
  }

  /** What a change takes away is taken before it is told to those who are left. */
  deliver(change: Change): void {
    const changes = accessOf(change);
    if (changes.length > 0) this.applyAccess(change, this.access.apply(changes, change.seq));
    this.sink.deliver(change);
  }

  changesLost(): void {
    this.sink.changesLost(this.guildId);
  }

  private loadAccess(): Promise<GuildAccess> {
    return this.reader.loadAccess(this.guildId, [...this.watchers.keys()]);
  }

  private async completeMembers(access: GuildAccess): Promise<void> {
    const unknown = () => [...this.watchers.keys()].find((userId) => !access.knowsMember(userId));
    for (let userId = unknown(); userId !== undefined; userId = unknown())
      await this.reader.loadMember(access, userId);
  }

  private replace(access: GuildAccess, again: boolean): void {
    this.known = access;
    for (const userId of this.watchers.keys()) access.expectMember(userId);
    if (again) for (const ofUser of this.watchers.values()) notify(ofUser, access);
  }

  private applyAccess(change: Change, effect: AccessEffect): void {
    const { everyone, channels, users } = effect;
    const userIds = everyone || channels.size > 0 ? this.watchers.keys() : users;
    let stopped = 0;
    for (const userId of userIds) stopped += notify(this.watchers.get(userId), this.access);
    if (stopped > 0) this.sink.revoked(change, stopped);
  }

  private unwatch(userId: string, ofUser: Map<AccessWatcher, number>, watcher: AccessWatcher): void {
    const left = (ofUser.get(watcher) ?? 0) - 1;
    if (left > 0) return void ofUser.set(watcher, left);
    ofUser.delete(watcher);
    if (ofUser.size > 0 || this.watchers.get(userId) !== ofUser) return;
    this.watchers.delete(userId);
    this.known?.forgetMember(userId);
  }
}

/** Returns how many feeds are followed no longer. */
function notify(watchers: ReadonlyMap<AccessWatcher, number> | undefined, access: GuildAccess): number {
  let stopped = 0;
  for (const watcher of watchers?.keys() ?? []) stopped += watcher.accessChanged(access);
  return stopped;
}

/** Also of a kind this version does not know: what it takes away is taken. */
function accessOf({ body }: Change): AccessChange[] {
  const { access } = body as { access?: unknown };
  return Array.isArray(access) ? (access as AccessChange[]) : [];
}
