/** One fact of the local Discord's ledger; see its README. */
export interface LedgerEntry {
  index: number;
  atMs: number;
  origin: 'live' | 'history';
  kind: string;
  guildId: string;
  channelId: string | null;
  messageId: string | null;
  messageIds?: string[];
  contentHash: string | null;
  editedTimestamp: string | null;
  userId?: string;
  /** The character, or `name:id`. */
  emoji?: string | null;
}

export interface SimChannel {
  id: string;
  name: string;
  type: number;
}

interface ThreadPatch {
  archived?: boolean;
  locked?: boolean;
  appliedTagIds?: readonly string[];
}

/** Uses the local Discord's control API. */
export class SimClient {
  constructor(private readonly url: string) {}

  createGuild(name: string, channels: readonly { name: string; type?: string }[]) {
    return this.call<{ id: string; channels: SimChannel[] }>('POST', 'guilds', { name, channels });
  }

  createChannel(guildId: string, name: string) {
    return this.call<SimChannel>('POST', `guilds/${guildId}/channels`, { name });
  }

  createRoom(guildId: string, name: string) {
    return this.call<SimChannel>('POST', `guilds/${guildId}/channels`, { name, type: 'voice' });
  }

  createForum(guildId: string, name: string, availableTags: readonly { name: string; emoji?: string }[]) {
    return this.call<SimChannel & { availableTags: { id: string; name: string }[] }>(
      'POST',
      `guilds/${guildId}/channels`,
      { name, type: 'forum', availableTags },
    );
  }

  createPost(forumId: string, post: { name: string; userId: string; appliedTagIds: readonly string[] }) {
    const message = { content: 'the first message' };
    return this.call<{ id: string }>('POST', `channels/${forumId}/threads`, { ...post, message });
  }

  /** Moves the user there if they are in another room. */
  joinRoom(channelId: string, userId: string) {
    return this.call<unknown>('POST', `channels/${channelId}/voice`, { userId });
  }

  leaveRooms(guildId: string, userId: string) {
    return this.call<unknown>('DELETE', `guilds/${guildId}/voice/${userId}`, {});
  }

  createThread(channelId: string, name: string, userId: string) {
    return this.call<{ id: string }>('POST', `channels/${channelId}/threads`, { name, userId });
  }

  patchThread(threadId: string, patch: ThreadPatch) {
    return this.call<unknown>('PATCH', `threads/${threadId}`, patch);
  }

  patchChannel(channelId: string, patch: { name: string }) {
    return this.call<SimChannel>('PATCH', `channels/${channelId}`, patch);
  }

  deleteChannel(channelId: string) {
    return this.call<unknown>('DELETE', `channels/${channelId}`, {});
  }

  say(channelId: string, content: string, username = 'example-user') {
    return this.call<{ id: string; timestamp: string }>('POST', `channels/${channelId}/messages`, {
      content,
      username,
    });
  }

  /** A message with text files. */
  sendFiles(channelId: string, attachments: readonly { filename: string; text: string }[]) {
    return this.call<{ id: string }>('POST', `channels/${channelId}/messages`, { attachments });
  }

  pin(channelId: string, messageId: string) {
    return this.call<unknown>('PUT', `channels/${channelId}/pins/${messageId}`, {});
  }

  reply(channelId: string, replyToId: string, content: string) {
    return this.call<{ id: string }>('POST', `channels/${channelId}/messages`, { content, replyToId });
  }

  startPoll(channelId: string, question: string, answers: readonly string[]) {
    const poll = { question: { text: question }, answers: answers.map((text) => ({ poll_media: { text } })) };
    return this.call<{ id: string }>('POST', `channels/${channelId}/messages`, { poll });
  }

  /** @param answerId counted from 1 */
  vote(channelId: string, pollId: string, answerId: number, userId: string) {
    const path = `channels/${channelId}/polls/${pollId}/answers/${answerId}/votes/${userId}`;
    return this.call<unknown>('PUT', path, {});
  }

  endPoll(channelId: string, pollId: string) {
    return this.call<unknown>('POST', `channels/${channelId}/polls/${pollId}/end`, {});
  }

  edit(channelId: string, messageId: string, content: string) {
    return this.call<{ edited_timestamp: string }>('PATCH', `channels/${channelId}/messages/${messageId}`, {
      content,
    });
  }

  delete(channelId: string, messageId: string) {
    return this.call<unknown>('DELETE', `channels/${channelId}/messages/${messageId}`, {});
  }

  bulkDelete(channelId: string, ids: readonly string[]) {
    return this.call<{ ids: string[] }>('POST', `channels/${channelId}/messages/bulk-delete`, { ids });
  }

  createUser(username: string) {
    return this.call<{ id: string }>('POST', 'users', { username });
  }

  /** A user who joins a guild: the local Discord adds created users to every guild, without an event. */
  async newMember(guildId: string, username: string): Promise<string> {
    const { id } = await this.createUser(username);
    await this.call<unknown>('DELETE', `guilds/${guildId}/members/${id}`, {});
    await this.call<unknown>('PUT', `guilds/${guildId}/members/${id}`, {});
    return id;
  }

  patchMember(guildId: string, userId: string, patch: { roleIds: readonly string[] }) {
    return this.call<unknown>('PATCH', `guilds/${guildId}/members/${userId}`, patch);
  }

  createRole(guildId: string, role: { name: string; permissions: string }) {
    return this.call<{ id: string }>('POST', `guilds/${guildId}/roles`, role);
  }

  /** Replaces the overwrites of a channel; `type` 0: of a role, 1: of a member. */
  overwrite(
    channelId: string,
    overwrites: readonly { id: string; type: 0 | 1; allow: string; deny: string }[],
  ) {
    return this.call<unknown>('PATCH', `channels/${channelId}`, { permissionOverwrites: overwrites });
  }

  /** Only members with the role, and the bot itself, see the channel; `allow`: the permissions that the role has there. */
  async hide(guildId: string, channelId: string, roleId: string, allow: string) {
    const { bot } = await this.state();
    const seeing = String((1 << 10) | (1 << 16));
    await this.overwrite(channelId, [
      { id: guildId, type: 0, allow: '0', deny: seeing },
      { id: bot.id, type: 1, allow: seeing, deny: '0' },
      { id: roleId, type: 0, allow, deny: '0' },
    ]);
  }

  react(channelId: string, messageId: string, userId: string, emoji: string) {
    return this.call<unknown>('POST', `channels/${channelId}/messages/${messageId}/reactions`, {
      userId,
      emoji,
    });
  }

  unreact(channelId: string, messageId: string, userId: string, emoji: string) {
    return this.call<unknown>('DELETE', `channels/${channelId}/messages/${messageId}/reactions`, {
      userId,
      emoji,
    });
  }

  /** All sessions are lost, as after a long outage. */
  expireSessions() {
    return this.call<{ sessions: number }>('POST', 'sessions/expire', {});
  }

  dispatch(t: string, d: unknown) {
    return this.call<{ sessions: number }>('POST', 'dispatch', { t, d });
  }

  raw(text: string) {
    return this.call<{ connections: number }>('POST', 'raw', { text });
  }

  drop() {
    return this.call<{ connections: number }>('POST', 'connections/drop', {});
  }

  /** Changes REST responses until the rule has applied `times` times; see the local Discord's README. */
  answer(rule: Readonly<Record<string, unknown>>) {
    return this.call<{ id: string }>('POST', 'faults/answers', rule);
  }

  /** The socket closes on these ops instead of answering; `times` null: until {@link endFaults}. */
  closeOn(rule: { op: string; code: number; times: number | null }) {
    return this.call<unknown>('POST', 'faults/ops', rule);
  }

  /** Every new session gets this id, as on servers that reuse ids, until {@link endFaults}. */
  nameSessions(id: string) {
    return this.call<unknown>('POST', 'faults/session-id', { id });
  }

  /** Dispatches of a type are edited on their way. */
  editDispatches(rule: {
    t: string;
    edits: { omit?: string[]; set?: Record<string, unknown> };
    times: number;
  }) {
    return this.call<unknown>('POST', 'faults/dispatches', rule);
  }

  /** New sockets are closed at once for a while. */
  refuse(durationMs: number) {
    return this.call<unknown>('POST', 'faults/refuse', { durationMs });
  }

  endFaults() {
    return this.call<unknown>('DELETE', 'faults');
  }

  /** Reads over REST as a bot. */
  async rest<T>(path: string): Promise<T> {
    const response = await fetch(`${this.url}/api/v10/${path}`, { headers: { authorization: 'Bot drill' } });
    if (!response.ok) throw new Error(`GET ${path}: HTTP ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }

  startScenario(scenario: {
    messagesPerSecond: number;
    durationMs?: number;
    count?: number;
    seed: number;
    channelIds?: readonly string[];
    editRatio?: number;
    deleteRatio?: number;
    reactionRatio?: number;
  }) {
    return this.call<{ id: string }>('POST', 'scenario', scenario);
  }

  stopScenario(id: string) {
    return this.call<unknown>('DELETE', `scenario/${id}`, {});
  }

  sessions() {
    return this.call<{
      identifies: number;
      resumes: number;
      sessions: { id: string; shard: [number, number]; connected: boolean; userAgent: string | null }[];
    }>('GET', 'sessions');
  }

  state() {
    return this.call<{
      bot: { id: string };
      guilds: { id: string; name: string; channels: SimChannel[] }[];
    }>('GET', 'state');
  }

  async lastIndex(): Promise<number> {
    return (await this.call<{ lastIndex: number }>('GET', 'ledger/summary')).lastIndex;
  }

  /** Every fact after `index`, oldest first. */
  async ledger(index = 0): Promise<LedgerEntry[]> {
    const all: LedgerEntry[] = [];
    for (let after = index; ;) {
      const page = await this.call<{ entries: LedgerEntry[] }>('GET', `ledger?after=${after}&limit=50000`);
      if (page.entries.length === 0) return all;
      all.push(...page.entries);
      after = page.entries.at(-1)!.index;
    }
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/_sim/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
      signal: AbortSignal.timeout(15_000),
    });
    if (!response.ok)
      throw new Error(`${method} /_sim/${path}: HTTP ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
