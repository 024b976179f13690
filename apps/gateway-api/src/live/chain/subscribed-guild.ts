import type { AccessChange, Change } from '@discord-relay/contracts';
import type { AccessEffect } from '../../access/access-effect.js';
import type { GuildAccess } from '../../access/guild-access.js';
import type { Principal } from '../../access/principal.js';
import type { GuildTail } from '../../read/changes.query.js';
import type { GuildSink, GuildSource, Successor } from './guild-feed.js';

/** A subscriber whose access to a guild is watched, so that delivery stops as soon as access is lost. */
export interface AccessWatcher {
  readonly principal: Principal;
  /**
   * Called when the rights may have changed, in the guild's order and before anything later is delivered. Must not throw.
   * Returns the number of feeds it unsubscribed from.
   */
  accessChanged(access: GuildAccess): number;
}

/** Reads guilds from the database. All methods reject when it is unavailable. */
export interface GuildReader {
  readHead(guildId: string): Promise<number>;
  /** At most `limit` changes after `seq`, oldest first. */
  readTail(guildId: string, seq: number, limit: number): Promise<GuildTail>;
  /** Loads the access rights of a guild, including these members. */
  loadAccess(guildId: string, userIds: readonly string[]): Promise<GuildAccess>;
  /** Adds a member to loaded access rights. */
  loadMember(access: GuildAccess, userId: string): Promise<void>;
}

/** Receives the changes of all guilds. Methods must not throw. */
export interface ChangeSink {
  deliver(change: Change): void;
  /** Changes are lost and cannot be recovered: every subscriber of a feed of the guild needs a new snapshot. */
  changesLost(guildId: string): void;
  /** This change removed access; `feeds` subscriptions ended. */
  revoked(change: Change, feeds: number): void;
}

/**
 * The access rights of a subscribed guild, and the watchers to notify when they change. Every change passes through here on
 * its way from the guild's chain to the sink.
 */
export class SubscribedGuild implements GuildSource, GuildSink {
  private known: GuildAccess | undefined;
  private readonly watchers = new Map<string, Map<AccessWatcher, number>>();

  constructor(
    readonly guildId: string,
    private readonly reader: GuildReader,
    private readonly sink: ChangeSink,
  ) {}

  /** Available once {@link load} has resolved. */
  get access(): GuildAccess {
    if (!this.known) throw new Error(`access to guild ${this.guildId} was used before it was loaded`);
    return this.known;
  }

  /** A watcher with several subscriptions is watched until {@link unwatch} was called for each. */
  watch(watcher: AccessWatcher): void {
    const { id } = watcher.principal;
    const ofUser = this.watchers.get(id) ?? new Map<AccessWatcher, number>();
    this.watchers.set(id, ofUser.set(watcher, (ofUser.get(watcher) ?? 0) + 1));
    this.known?.expectMember(id);
  }

  /** To be called once for each call of {@link watch}. */
  unwatch(watcher: AccessWatcher): void {
    const { id } = watcher.principal;
    const ofUser = this.watchers.get(id)!;
    const left = ofUser.get(watcher)! - 1;
    if (left > 0) return void ofUser.set(watcher, left);
    ofUser.delete(watcher);
    if (ofUser.size > 0) return;
    this.watchers.delete(id);
    this.known?.forgetMember(id);
  }

  /** Resolves when the rights of this member are loaded. @throws AppError when the database is unavailable */
  async ensureMember(userId: string): Promise<void> {
    // The guild may be reloaded at the same time, without this member.
    while (!this.access.knowsMember(userId)) await this.reader.loadMember(this.access, userId);
  }

  async load(): Promise<number> {
    const again = this.known !== undefined;
    const access = await this.loadAccess();
    // Members added during the load are only in the old state: load them into the new one too.
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

  /** Applies a change of access before the change is delivered to the remaining subscribers. */
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
}

/** Returns the number of subscriptions that ended. */
function notify(watchers: ReadonlyMap<AccessWatcher, number> | undefined, access: GuildAccess): number {
  let stopped = 0;
  for (const watcher of watchers?.keys() ?? []) stopped += watcher.accessChanged(access);
  return stopped;
}

/** The access changes of a change, even if this version does not know its kind. */
function accessOf({ body }: Change): AccessChange[] {
  const { access } = body as { access?: unknown };
  return Array.isArray(access) ? (access as AccessChange[]) : [];
}
