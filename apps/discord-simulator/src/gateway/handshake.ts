import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from 'discord-api-types/v10';
import { APPLICATION_FLAGS } from '../payloads/application-payload.js';
import { ownUserPayload } from '../payloads/user-payload.js';
import type { SimulatorOptions } from '../options.js';
import { shardKey } from '../state/model/snowflakes.js';
import type { World } from '../state/world.js';
import { identifyData, parseShard, resumeData } from './wire/client-payload.js';
import { guildCreateDispatch } from './dispatches/fact-dispatch.js';
import { Dispatch } from './dispatches/dispatch.js';
import { IdentifyLimits } from './identify-limits.js';
import { areIntentsValid } from './dispatches/intents.js';
import type { SessionRegistry } from './sessions/session-registry.js';
import type { ClientConnection, Session, IdentifyParameters } from './sessions/session.js';
import type { Visibility } from './dispatches/visibility.js';

type Refusal = { code: Close; reason: string };

/** Turns connections into sessions: IDENTIFY and RESUME. */
export class Handshake {
  readonly limits: IdentifyLimits;

  constructor(
    private readonly world: World,
    private readonly sessions: SessionRegistry,
    private readonly visibility: Visibility,
    private readonly options: SimulatorOptions,
  ) {
    this.limits = new IdentifyLimits(options);
  }

  /** Whether a token, with or without the `Bot ` prefix, is accepted. */
  accepts(token: string): boolean {
    if (this.limits.isTokenReset) return false;
    const bare = token.replace(/^Bot /, '').trim();
    return this.options.token === undefined ? bare !== '' : bare === this.options.token;
  }

  /** @returns the new session, or why the connection must be closed, or null after an op 9. */
  identify(connection: ClientConnection, d: unknown): Session | Refusal | null {
    const terms = this.termsOf(d);
    if ('code' in terms) return terms;
    connection.compressesPayloads = identifyData.parse(d).compress ?? false;
    if (!this.limits.reserveBucket(terms.shard[0], performance.now())) return this.refuseSession(connection);
    if (!this.limits.spend()) {
      this.sessions.endAll();
      return authenticationFailed;
    }
    const session = this.sessions.create(terms);
    session.attach(connection);
    session.send(this.ready(session, connection));
    this.sendGuilds(session);
    return session;
  }

  /** @returns the resumed session, or why the connection must be closed, or null after an op 9. */
  resume(connection: ClientConnection, d: unknown): Session | Refusal | null {
    const parsed = resumeData.safeParse(d);
    if (!parsed.success) return { code: Close.DecodeError, reason: 'Error while decoding payload.' };
    const { token, session_id, seq } = parsed.data;
    if (!this.accepts(token)) return authenticationFailed;
    const session = this.sessions.find(session_id);
    if (!session) return this.refuseSession(connection);
    if (seq === null || seq < 0 || seq > session.seq)
      return { code: Close.InvalidSeq, reason: 'Invalid seq.' };
    if (!session.canReplayFrom(seq)) {
      this.sessions.end(session);
      return this.refuseSession(connection);
    }
    this.takeOver(session, connection, seq);
    return session;
  }

  private takeOver(session: Session, connection: ClientConnection, seq: number): void {
    session.connected?.close(Close.UnknownError, 'Session resumed elsewhere.');
    session.detach();
    session.attach(connection);
    session.resumes += 1;
    this.sessions.resumes += 1;
    session.replay(seq, resumed, () => {
      this.sessions.end(session);
      connection.sendControl(Op.InvalidSession, false);
    });
  }

  /** Op 9, sent like Discord's after a random delay between a fifth of the maximum and the maximum. */
  private refuseSession(connection: ClientConnection): null {
    const longestMs = this.options.invalidSessionDelayMs;
    const send = (): void => {
      if (connection.session === null) connection.sendControl(Op.InvalidSession, false);
    };
    if (longestMs === 0) send();
    else setTimeout(send, longestMs * (0.2 + 0.8 * Math.random())).unref();
    return null;
  }

  private termsOf(d: unknown): IdentifyParameters | Refusal {
    const parsed = identifyData.safeParse(d);
    if (!parsed.success) return { code: Close.DecodeError, reason: 'Error while decoding payload.' };
    const { token, intents } = parsed.data;
    if (!this.accepts(token)) return authenticationFailed;
    if (!areIntentsValid(intents)) return { code: Close.InvalidIntents, reason: 'Invalid intent(s).' };
    if (intents & this.options.disallowedIntents)
      return { code: Close.DisallowedIntents, reason: 'Disallowed intent(s).' };
    const shard = parseShard(parsed.data.shard);
    if (!shard) return { code: Close.InvalidShard, reason: 'Invalid shard.' };
    if (this.guildsOf(shard).length > this.options.maxGuildsPerShard) {
      return { code: Close.ShardingRequired, reason: 'Sharding required.' };
    }
    return { token, intents, shard };
  }

  private guildsOf([id, count]: [number, number]) {
    return [...this.world.guilds.values()].filter((guild) => shardKey(guild.id) % count === id);
  }

  private ready(session: Session, connection: ClientConnection): Dispatch {
    const { bot } = this.world;
    const d = {
      v: connection.version,
      user: ownUserPayload(bot),
      // Not documented, but libraries read it.
      private_channels: [],
      guilds: this.guildsOf(session.terms.shard).map(({ id }) => ({ id, unavailable: true })),
      session_id: session.id,
      resume_gateway_url: `${connection.origin}/gateway`,
      shard: session.terms.shard,
      application: { id: bot.id, flags: APPLICATION_FLAGS },
    };
    return new Dispatch('READY', null, JSON.stringify(d));
  }

  private sendGuilds(session: Session): void {
    for (const guild of this.guildsOf(session.terms.shard)) {
      const dispatch = guild.unavailable
        ? new Dispatch('GUILD_DELETE', guild.id, JSON.stringify({ id: guild.id, unavailable: true }))
        : guildCreateDispatch(this.world, this.visibility, guild);
      if (session.gets(dispatch)) session.send(dispatch);
    }
  }
}

const authenticationFailed: Refusal = { code: Close.AuthenticationFailed, reason: 'Authentication failed.' };
const resumed = new Dispatch('RESUMED', null, '{}');
