import { until } from '@discord-relay/local-stack';
import { Intruder } from './intruder.js';
import { countDisorder } from '../ledger/log-order.js';
import { createdKey, dueFacts, type FactKey, keysOf } from '../ledger/message-facts.js';
import { RecordingClient } from './recording-client.js';
import { settled } from '../ledger/settle.js';
import { showStrange } from '../ledger/strange-facts.js';
import type { LedgerEntry, SimClient } from '../discord/sim-client.js';
import { signToken, type TempStack } from '../stacks/temp-stack.js';

const FOLLOWERS = 6;
const SETTLE_MS = 90_000;
const VIEW_CHANNEL = String(1 << 10);

export interface Account extends Record<string, number> {
  facts: number;
  /** Facts that a client did not get although it may see them. */
  gaps: number;
  doubles: number;
  /** Facts of the private channel. */
  secrets: number;
  /** Facts that a client got although it might not see them at the time. */
  unauthorized: number;
  /** Events whose order in the log differs from Discord's. */
  outOfOrder: number;
  revocations: number;
  /** How often the owner of the role did not get access again. */
  neverLetIn: number;
}

interface Place {
  guildId: string;
  open: string[];
  secret: string;
  /** The role that may see the private channel. */
  roleId: string;
}

interface Member {
  id: string;
  token: string;
}

/** What each client follows, with its name in reports. */
interface Listener {
  name: string;
  channelIds: string[];
  client: RecordingClient;
}

/**
 * Two public channels and a private one. Admins follow all; viewers, each a member in Discord, follow the public ones and
 * try to join the private one all the time; one member has the role for it at times.
 */
export async function openAudience(temp: TempStack, url: string): Promise<Audience> {
  const place = await createPlace(temp.sim);
  const viewers: Member[] = [];
  for (let i = 0; i < FOLLOWERS; i++) viewers.push(await invite(temp, place, `example-viewer-${i}`));
  const changing = await invite(temp, place, 'example-changing');
  const listeners = [
    ...viewers.map(({ token }, i) => listener(`viewer ${i}`, url, token, place.open)),
    ...viewers.map((_, i) => listener(`staff ${i}`, url, temp.token, [...place.open, place.secret])),
  ];
  const join = () => Promise.all(listeners.map(({ client, channelIds }) => client.follow(channelIds)));
  await until('everybody joined', SETTLE_MS, () => join().then(() => true));
  const intruders = [...viewers, changing].map(({ id, token }) => new Intruder(url, token, place.secret, id));
  return new Audience(temp, place, { listeners, intruders, changing });
}

async function createPlace(sim: SimClient): Promise<Place> {
  const guild = await sim.createGuild('Audience', [{ name: 'one' }, { name: 'two' }, { name: 'private' }]);
  const [one, two, secret] = guild.channels.map(({ id }) => id) as [string, string, string];
  const { id: roleId } = await sim.createRole(guild.id, { name: 'readers', permissions: '0' });
  // Without history: messages sent while the role is removed stay hidden afterwards.
  await sim.hide(guild.id, secret, roleId, VIEW_CHANNEL);
  return { guildId: guild.id, open: [one, two], secret, roleId };
}

async function invite({ sim, stack }: TempStack, { guildId }: Place, username: string): Promise<Member> {
  const id = await sim.newMember(guildId, username);
  return { id, token: await signToken(stack.jwtSecret, { role: 'viewer', discord_user_id: id }) };
}

const listener = (name: string, url: string, token: string, channelIds: string[]): Listener => ({
  name,
  channelIds,
  client: new RecordingClient(url, token),
});

interface People {
  listeners: readonly Listener[];
  /** The last one is the member whose role moves. */
  intruders: readonly Intruder[];
  changing: Member;
}

export class Audience {
  private readonly moves = { revocations: 0, neverLetIn: 0 };
  private has = false;

  constructor(
    private readonly temp: Pick<TempStack, 'sim' | 'stack'>,
    private readonly place: Place,
    private readonly people: People,
  ) {}

  get channelIds(): string[] {
    return [...this.place.open, this.place.secret];
  }

  /** Adds or removes the role of the private channel. After adding it, waits until its owner has access. */
  async toggleAccess(): Promise<void> {
    const { received } = this.people.intruders.at(-1)!;
    const before = received.size;
    await this.toggleRole();
    if (this.has)
      await until(
        'the owner of the role to have access',
        SETTLE_MS,
        () => received.size > before || undefined,
      ).catch(() => {
        this.moves.neverLetIn += 1;
      });
  }

  /** As {@link toggleAccess}, without waiting. */
  async toggleRole(): Promise<void> {
    const { guildId, roleId } = this.place;
    this.has = !this.has;
    if (!this.has) this.moves.revocations += 1;
    await this.temp.sim.patchMember(guildId, this.people.changing.id, { roleIds: this.has ? [roleId] : [] });
  }

  /** Compares what every client got with the local Discord's ledger. */
  async account(progress: (line: string) => void): Promise<Account> {
    const { sim, stack } = this.temp;
    const entries = await sim.ledger();
    const messages = entries.filter(({ kind }) => kind.startsWith('message.'));
    const figures = { facts: dueFacts(messages).size, gaps: 0, doubles: 0 };
    for (const { name, channelIds, client } of this.people.listeners) {
      const due = dueFacts(messages.filter(({ channelId }) => channelIds.includes(channelId!)));
      const { lost, doubled } = await settled(() => client.tally, due, SETTLE_MS);
      showStrange(progress, `${name} did not get`, lost, entries);
      showStrange(progress, `${name} got more than once`, doubled, entries);
      figures.gaps += lost.length;
      figures.doubles += doubled.length;
    }
    const secrets = messages.filter(({ channelId }) => channelId === this.place.secret);
    const unauthorized = this.unauthorized(entries, secrets, progress);
    const outOfOrder = await countDisorder(stack.natsUrl, entries, progress);
    return { ...figures, secrets: secrets.length, unauthorized, outOfOrder, ...this.moves };
  }

  close(): void {
    for (const { client } of this.people.listeners) client.close();
    for (const intruder of this.people.intruders) intruder.close();
  }

  private unauthorized(
    entries: readonly LedgerEntry[],
    secrets: readonly LedgerEntry[],
    progress: (line: string) => void,
  ): number {
    const keys = secrets.flatMap(keysOf);
    const viewers = this.people.listeners.filter(({ channelIds }) => channelIds.length === 2);
    const strange: [name: string, facts: FactKey[]][] = [
      ...this.people.intruders.map((intruder, i): [string, FactKey[]] => [
        `intruder ${i}`,
        intruder.strange(entries).map(createdKey),
      ]),
      ...viewers.map(({ name, client }): [string, FactKey[]] => [
        name,
        keys.filter((key) => client.tally.has(key)),
      ]),
    ];
    for (const [name, facts] of strange) showStrange(progress, `${name} might not get`, facts, entries);
    return strange.reduce((sum, [, facts]) => sum + facts.length, 0);
  }
}
