import type { RelayClient } from '@discord-relay/client';
import type { RestMemberPage, RestRole } from '@discord-relay/contracts';
import { type GuildPeople, guildPeople, NOBODY } from './guild-people.js';

type Rest = Pick<RelayClient, 'get'>;

/** The most ids that the service accepts in one request. */
const BATCH = 100;
/** After a failure, nothing is requested for this long: in a busy channel every message would try again. */
const PAUSE_MS = 5_000;

/** Names and colours of the members who are needed, and of all roles, by guild. A guild's complete member list is never read. */
export class PeopleCache {
  private readonly guilds = new Map<string, GuildLoader>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly rest: Rest,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What is known now; the same object until more is known. */
  known(guildId: string | undefined): GuildPeople {
    return (guildId !== undefined && this.guilds.get(guildId)?.people) || NOBODY;
  }

  /** Resolves when the guild's roles and those of the users who are members are known. @throws RelayError */
  async load(guildId: string, userIds: Iterable<string>): Promise<GuildPeople> {
    const guild =
      this.guilds.get(guildId) ?? new GuildLoader(this.rest, guildId, this.nowMs, () => this.notify());
    this.guilds.set(guildId, guild);
    await guild.load(userIds);
    return guild.people;
  }

  private notify(): void {
    for (const listener of this.listeners) listener();
  }
}

/** Requests one batch at a time; ids that are needed meanwhile go into the next one. */
class GuildLoader {
  people: GuildPeople = NOBODY;
  private roles: RestRole[] | null = null;
  private readonly requested = new Set<string>();
  private readonly waiting = new Set<string>();
  private loading: Promise<void> | null = null;
  private failure: { error: unknown; atMs: number } | null = null;

  constructor(
    private readonly rest: Rest,
    private readonly guildId: string,
    private readonly nowMs: () => number,
    private readonly onChange: () => void,
  ) {}

  async load(userIds: Iterable<string>): Promise<void> {
    if (this.failure && this.nowMs() - this.failure.atMs < PAUSE_MS) throw this.failure.error;
    for (const id of userIds) if (!this.requested.has(id)) this.waiting.add(id);
    if (this.waiting.size > 0 || !this.roles) this.loading ??= this.loadAll();
    await this.loading;
  }

  private async loadAll(): Promise<void> {
    try {
      this.roles ??= await this.rest.get<RestRole[]>(`${this.root}/roles`);
      this.add(guildPeople(this.roles, []));
      while (this.waiting.size > 0) await this.loadBatch(this.roles, [...this.waiting].slice(0, BATCH));
    } catch (error) {
      this.failure = { error, atMs: this.nowMs() };
      throw error;
    } finally {
      // Ids whose request failed are requested again when they are needed again.
      this.waiting.clear();
      this.loading = null;
    }
  }

  private async loadBatch(roles: RestRole[], ids: string[]): Promise<void> {
    const { members } = await this.rest.get<RestMemberPage>(`${this.root}/members`, { ids: ids.join(',') });
    for (const id of ids) {
      this.waiting.delete(id);
      this.requested.add(id);
    }
    this.add(guildPeople(roles, members));
  }

  private get root(): string {
    return `/api/v1/guilds/${encodeURIComponent(this.guildId)}`;
  }

  private add({ roles, users }: GuildPeople): void {
    this.people = { roles, users: new Map([...this.people.users, ...users]) };
    this.onChange();
  }
}
