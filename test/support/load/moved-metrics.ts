import { DEFAULT_PARTITIONS, eventSubject, positionSubject, type Snowflake } from '@discord-relay/contracts';
import { openTestClient, until } from '@discord-relay/local-stack';
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { relayInProcess } from '../clients/relay-in-process.js';
import { TestSocket } from '../clients/test-socket.js';
import { signToken, type TempStack } from '../stacks/temp-stack.js';
import { startMixedLoad } from './mixed-load.js';

/** A message that this database refuses. */
const REFUSED = 'refused by a trigger';
const REFUSE = `
  CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22000'; END $$;
  CREATE TRIGGER refuse BEFORE INSERT ON projection_v1.messages
    FOR EACH ROW WHEN (NEW.content = '${REFUSED}') EXECUTE FUNCTION refuse()`;

/** A guild with messages, a channel that the bot may not read, and a client. */
export class MovedMetrics {
  private readonly ends: (() => unknown)[] = [];

  private constructor(
    private readonly temp: TempStack,
    readonly guildId: string,
    private readonly channelId: Snowflake,
    private readonly closedId: string,
  ) {}

  /**
   * Edited, deleted and answered messages from now on, and a socket that receives them. Resolves when the gap of the new guild is
   * closed: while one is open, the rules count no deliveries.
   */
  static async start(temp: TempStack, seed: number): Promise<MovedMetrics> {
    const guild = await temp.sim.createGuild('Panels', [{ name: 'general' }, { name: 'closed' }]);
    const [general, closed] = guild.channels;
    const moved = new MovedMetrics(temp, guild.id, general!.id as Snowflake, closed!.id);
    const load = await startMixedLoad(temp.sim, { dispatchesPerS: 20, seed, channelIds: [general!.id] });
    moved.ends.push(() => load.stop());
    await moved.listen();
    await moved.shows(/^relay_ingestor_gaps_open(?:\{.*\})? 0$/m);
    return moved;
  }

  async stop(): Promise<void> {
    for (const end of this.ends) await end();
  }

  /** What happens in a healthy relay as well: requests, webhooks, a revoked token, a lost connection. */
  async everyday(receiverUrl: string): Promise<void> {
    const { temp, guildId } = this;
    await this.relay('webhooks', 'create', '--guild', guildId, '--url', receiverUrl);
    for (let i = 0; i < 3; i++) {
      await this.get('guilds', temp.token);
      await TestSocket.open(temp.url, 'not a token').catch(() => undefined);
    }
    await this.revokeToken();
    await temp.sim.drop();
    await this.counted('relay_ingestor_resumes_total');
  }

  /** Bad data, and a session that Discord ends: a gap, in which one channel cannot be read. */
  async rare(): Promise<void> {
    const { temp, guildId, channelId } = this;
    await temp.sim.dispatch('SOMETHING_NEW', { guild_id: guildId });
    await temp.sim.editDispatches({
      t: 'MESSAGE_CREATE',
      edits: { set: { attachments: [{ id: 'not an id' }] } },
      times: 1,
    });
    await this.refuseInDatabase();
    await temp.sim.say(channelId, REFUSED);
    await this.publishBadData();
    await this.loseSession();
    for (const counter of [
      'relay_ingestor_skipped_total',
      'relay_ingestor_dropped_parts_total',
      'relay_projector_parked_total',
      'relay_projector_skipped_total',
      'relay_gateway_holes_total',
      'relay_ingestor_backfill_left_out_total',
    ])
      await this.counted(counter);
  }

  private async listen(): Promise<void> {
    const socket = await TestSocket.open(this.temp.url, this.temp.token);
    this.ends.push(() => socket.close());
    const { channelId } = this;
    await until('the channel is projected', 20_000, async () => {
      const { ok } = await socket.socket.timeout(5_000).emitWithAck('join_channel', { channelId });
      return ok || undefined;
    });
    await socket.event('message');
  }

  private async revokeToken(): Promise<void> {
    const admin = { authorization: `Bearer ${this.temp.token}`, 'content-type': 'application/json' };
    const tokens = `${this.temp.url}/api/v1/tokens`;
    const body = JSON.stringify({ name: 'panels', role: 'analyst' });
    const made = await fetch(tokens, { method: 'POST', headers: admin, body });
    const { id, token } = (await made.json()) as { id: string; token: string };
    await this.get('guilds', token);
    await fetch(`${tokens}/${id}`, { method: 'DELETE', headers: admin });
    await until(
      'the token is refused',
      20_000,
      async () => (await this.get('guilds', token)) === 401 || undefined,
    );
  }

  private async refuseInDatabase(): Promise<void> {
    const client = await openTestClient(this.temp.stack.databaseUrl);
    await client.query(REFUSE);
    await client.end();
  }

  /** A message of the log that is no event, and a position that no change has. */
  private async publishBadData(): Promise<void> {
    const connection = await connect({ servers: this.temp.stack.natsUrl });
    const { guildId, channelId } = this;
    const place = { guildid: guildId, channelid: channelId, type: 'message.created' } as const;
    await jetstream(connection).publish(eventSubject(place, DEFAULT_PARTITIONS), 'not an event');
    connection.publish(positionSubject(guildId), JSON.stringify({ guildId, seq: 1_000_000 }));
    await connection.drain();
  }

  private async loseSession(): Promise<void> {
    const { sim } = this.temp;
    await sim.answer({
      method: 'GET',
      path: `/channels/${this.closedId}/messages`,
      status: 403,
      body: { code: 50_001, message: 'Missing Access' },
    });
    await sim.say(this.closedId, 'nobody can read this');
    await sim.expireSessions();
    await sim.drop();
    await this.counted('relay_ingestor_sessions_lost_total');
  }

  private async relay(...args: string[]): Promise<void> {
    const env = { RELAY_URL: this.temp.url, RELAY_TOKEN: await signToken(this.temp.stack.jwtSecret) };
    const { code, stderr } = await relayInProcess(env, args);
    if (code !== 0) throw new Error(`relay ${args.join(' ')}: ${stderr}`);
  }

  private async get(path: string, token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${this.temp.url}/api/v1/${path}`, { headers });
    await response.arrayBuffer();
    return response.status;
  }

  /** Waits until a counter of any service is above 0. */
  private counted(name: string): Promise<true> {
    return this.shows(new RegExp(`^${name}(?:\\{.*\\})? [1-9]`, 'm'));
  }

  private shows(line: RegExp): Promise<true> {
    return until(`${line} in the metrics`, 30_000, async () => {
      for (const { url } of this.temp.stack.services.values())
        if (line.test(await (await fetch(`${url}/metrics`)).text())) return true;
      return undefined;
    });
  }
}
