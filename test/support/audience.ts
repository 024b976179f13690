import type { Snowflake } from '@discord-relay/contracts';
import { connect, RelayError } from '@discord-relay/client';
import { until } from '@discord-relay/local-stack';
import { dueFacts, keysOf } from './message-facts.js';
import { RecordingClient } from './recording-client.js';
import { settled, tell } from './settle.js';
import type { LedgerEntry } from './sim-client.js';
import { signToken, type TempStack } from './temp-stack.js';

const FOLLOWERS = 6;
const SETTLE_MS = 90_000;
const VIEW_CHANNEL = String(1 << 10);

export interface Account extends Record<string, number> {
  facts: number;
  /** Facts that someone who may see them did not get. */
  gaps: number;
  doubles: number;
  /** Facts of the private channel. */
  secrets: number;
  /** Facts that someone got who might not see them when they were said. */
  unauthorized: number;
  revocations: number;
  /** Rounds in which the one with the role did not get back in. */
  neverLetIn: number;
}

export interface Audience {
  channelIds: string[];
  /** Takes the role of the private channel away, or gives it back. */
  moveRole(): Promise<void>;
  /** Holds what everybody was handed against the local Discord's ledger. */
  account(progress: (line: string) => void): Promise<Account>;
  close(): void;
}

/**
 * Two public channels and a private one. Staff follow all; viewers, each a member in Discord, follow the public ones and
 * ask for the private one all the time; one of them has the role for it now and then.
 */
export async function openAudience(temp: TempStack, url: string): Promise<Audience> {
  const { sim, stack } = temp;
  const guild = await sim.createGuild('Audience', [{ name: 'one' }, { name: 'two' }, { name: 'private' }]);
  const [one, two, secret] = guild.channels.map(({ id }) => id) as [string, string, string];
  const { id: roleId } = await sim.createRole(guild.id, { name: 'readers', permissions: '0' });
  // Without history: what is said while the role is away is not theirs afterwards either.
  await sim.hide(guild.id, secret, roleId, VIEW_CHANNEL);
  const member = async (username: string) => {
    const id = await sim.newMember(guild.id, username);
    return { id, token: await signToken(stack.jwtSecret, { role: 'viewer', discord_user_id: id }) };
  };
  const viewers = await Promise.all(
    Array.from({ length: FOLLOWERS }, (_, i) => member(`example-viewer-${i}`)),
  );
  const changing = await member('example-changing');
  const staff = Array.from({ length: FOLLOWERS }, () => new RecordingClient(url, temp.token));
  const readers = viewers.map(({ token }) => new RecordingClient(url, token));
  const join = async () => {
    await Promise.all(staff.map((client) => client.follow([one, two, secret])));
    await Promise.all(readers.map((client) => client.follow([one, two])));
  };
  await until('everybody joined', SETTLE_MS, () => join().then(() => true));
  const intruders = [...viewers, changing].map(
    ({ id, token }) => new Intruder(url, token, secret as Snowflake, id),
  );
  const moves = { revocations: 0, neverLetIn: 0 };
  let has = false;

  return {
    channelIds: [one, two, secret],
    async moveRole() {
      const intruder = intruders.at(-1)!;
      has = !has;
      const before = intruder.received.size;
      await sim.patchMember(guild.id, changing.id, { roleIds: has ? [roleId] : [] });
      if (!has) moves.revocations += 1;
      else
        await until('let in', 20_000, () => intruder.received.size > before || undefined).catch(() => {
          moves.neverLetIn += 1;
        });
    },
    async account(progress) {
      const entries = await sim.ledger();
      const messages = entries.filter(({ kind }) => kind.startsWith('message.'));
      const told = async (client: RecordingClient, name: string, ids: string[]) => {
        const due = dueFacts(messages.filter(({ channelId }) => ids.includes(channelId!)));
        const found = await settled(() => client.tally, due, SETTLE_MS);
        tell(progress, name, found);
        return found;
      };
      const found = [];
      for (const [i, client] of staff.entries())
        found.push(await told(client, `staff ${i}`, [one, two, secret]));
      for (const [i, client] of readers.entries()) found.push(await told(client, `viewer ${i}`, [one, two]));
      const secrets = messages.filter(({ channelId }) => channelId === secret);
      return {
        facts: dueFacts(messages).size,
        gaps: found.reduce((sum, { lost }) => sum + lost.length, 0),
        doubles: found.reduce((sum, { doubled }) => sum + doubled.length, 0),
        secrets: secrets.length,
        unauthorized:
          intruders.reduce((sum, intruder) => sum + intruder.strange(entries, secrets), 0) +
          readers.reduce(
            (sum, { tally }) => sum + secrets.flatMap(keysOf).filter((key) => tally.has(key)).length,
            0,
          ),
        ...moves,
      };
    },
    close() {
      for (const client of [...staff, ...readers, ...intruders]) client.close();
    },
  };
}

/** Asks for a channel again and again, and remembers what it is handed live while it is let in. */
class Intruder {
  readonly received = new Set<string>();
  private readonly client;
  private closed = false;

  constructor(
    url: string,
    token: string,
    channelId: Snowflake,
    private readonly userId: string,
  ) {
    this.client = connect({ url, token });
    const channel = this.client.channel(channelId);
    channel.on('message', ({ id }) => this.received.add(id));
    const ask = async () => {
      while (!this.closed) {
        await channel.join().catch((error: unknown) => {
          if (!(error instanceof RelayError)) throw error;
        });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    };
    void ask();
  }

  /** How many of the messages it got were said while it did not have the role, by the ledger's order. */
  strange(entries: readonly LedgerEntry[], secrets: readonly LedgerEntry[]): number {
    const sayings = new Map(
      secrets
        .filter(({ kind }) => kind === 'message.created')
        .map((entry) => [entry.messageId!, entry.index]),
    );
    const moves = entries.filter(({ kind, userId }) => kind === 'member.updated' && userId === this.userId);
    const mightAt = (index: number) => {
      const before = moves.filter((move) => move.index < index).length;
      return before % 2 === 1;
    };
    return [...this.received].filter((id) => !mightAt(sayings.get(id) ?? 0)).length;
  }

  close(): void {
    this.closed = true;
    this.client.close();
  }
}
