import { setTimeout as sleep } from 'node:timers/promises';
import { REST } from '@discordjs/rest';
import { CloseCodes, WebSocketManager, WebSocketShardEvents, type SessionInfo } from '@discordjs/ws';
import { GatewayIntentBits } from 'discord-api-types/v10';
import type { AppError } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../metrics.js';
import type { RawDispatch } from '../normalize/normalize-result.js';
import { retryForever } from '../retry-forever.js';
import { failureOfCloseCode, failureOfRequest } from './discord-failure.js';
import type { RelayShard } from './relay-shard.js';
import { readSession } from './session-record.js';
import type { SessionStore } from './session-store.js';
import { ShardBoard } from './shard-board.js';
import { ShardSet } from './shard-set.js';
import type { ShardCondition } from './shard-state.js';

const INTENTS = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.MessageContent;
const RECONNECT_BACK_OFF = { firstMs: 1_000, capMs: 60_000 };
/** After so many failures every second attempt goes to the general address: a session's own may be gone for good. */
const FAILURES_BEFORE_GENERAL_URL = 3;
const REQUEST_TIMEOUT_MS = 10_000;
/** A peer that is gone does not answer the close; nothing depends on its answer. */
const CLOSE_TIMEOUT_MS = 2_000;

export interface GatewaySettings {
  token: string;
  apiUrl: string;
  shards: 'auto' | number;
}

/** Who is told what comes from Discord. Its methods do not throw. */
export interface GatewayListener {
  onDispatch(shardId: number, dispatch: RawDispatch): void;
  /** Discord has refused us for a reason that only an operator can remove. */
  onRefused(error: AppError): void;
  /** Resolves when there is room for more dispatches; no shard connects before. */
  whenRoom(): Promise<void>;
}

/**
 * The connection to Discord. It is kept up for ever: with back-off while Discord is away, by resuming whenever
 * there is a session, from the sequence that is safe in the log.
 */
export class DiscordGateway {
  private readonly closing = new AbortController();
  private readonly rest: REST;
  private readonly manager: WebSocketManager;
  private readonly board: ShardBoard;
  private shards!: ShardSet;
  private generalUrl = '';

  constructor(
    private readonly settings: GatewaySettings,
    private readonly sessions: SessionStore,
    private readonly listener: GatewayListener,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    const { token, apiUrl } = settings;
    this.board = new ShardBoard(metrics, logger);
    this.rest = new REST({ version: '10', api: apiUrl, timeout: REQUEST_TIMEOUT_MS }).setToken(token);
    this.manager = new WebSocketManager({
      token,
      rest: this.rest,
      intents: INTENTS,
      buildStrategy: (manager) =>
        (this.shards = new ShardSet(manager, (id) => this.sessions.shard(id).invalidate())),
      retrieveSessionInfo: (shardId) => this.retrieveSession(shardId),
      updateSessionInfo: (shardId, info) => this.adoptSession(shardId, info),
    });
    this.listen();
  }

  /**
   * Connects all shards; resolves when each has been connected or has failed once.
   * @throws AppError DISCORD.TOKEN_REFUSED; the abort reason when closed meanwhile
   */
  async open(): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    const { shards, url } = await retryForever(
      'asking Discord for its gateway',
      () => this.gatewayInfo(),
      retry,
    );
    this.generalUrl = url;
    const count = this.settings.shards === 'auto' ? shards : this.settings.shards;
    const shardIds = Array.from({ length: count }, (_, shardId) => shardId);
    await retryForever('reading stored sessions', () => this.sessions.load(shardIds), retry);
    for (const shardId of shardIds) this.board.add(shardId);
    await retryForever('preparing shards', () => this.manager.updateShardCount(count), retry);
    await this.shards.connect();
  }

  /** Drops the connections so that Discord keeps what follows; they come back when there is room. */
  holdOff(): void {
    this.shards.cycle('more events than the log takes');
  }

  /** Hands the sessions over: closed with a code after which they can be resumed, by whoever comes next. */
  async close(): Promise<void> {
    this.closing.abort();
    const destroyed = this.manager.destroy({ code: CloseCodes.Resuming, reason: 'Handing over' });
    await Promise.race([destroyed, sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    this.rest.clearHandlerSweeper();
    this.rest.clearHashSweeper();
  }

  get conditions(): [number, ShardCondition][] {
    return this.board.all;
  }

  private async gatewayInfo() {
    try {
      return await this.manager.fetchGatewayInformation(true);
    } catch (error) {
      throw failureOfRequest(error, this.settings.apiUrl);
    }
  }

  private listen(): void {
    this.manager
      .on(WebSocketShardEvents.Dispatch, ({ data, shardId }) => this.listener.onDispatch(shardId, data))
      .on(WebSocketShardEvents.Hello, ({ shardId }) => this.onHello(shardId))
      .on(WebSocketShardEvents.Ready, ({ shardId }) => {
        this.metrics.identifies.inc();
        this.board.apply(shardId, { type: 'connected' }, { resumed: false });
      })
      .on(WebSocketShardEvents.Resumed, ({ shardId }) => {
        this.metrics.resumes.inc();
        this.board.apply(shardId, { type: 'connected' }, { resumed: true });
      })
      .on(WebSocketShardEvents.Closed, ({ code, shardId }) => this.onClosed(shardId, code))
      .on(WebSocketShardEvents.Error, ({ error, shardId }) =>
        this.logger.warn({ err: error, shardId }, 'gateway error'),
      )
      .on(WebSocketShardEvents.Debug, ({ message, shardId }) => this.logger.debug({ shardId }, message));
  }

  private onHello(shardId: number): void {
    const session = this.sessions.shard(shardId).resumeFrom;
    const resuming = session?.shardCount === this.manager.options.shardCount;
    this.board.apply(
      shardId,
      { type: 'hello', resuming },
      { sequence: resuming ? session?.sequence : undefined },
    );
  }

  private onClosed(shardId: number, closeCode: number): void {
    const refusal = failureOfCloseCode(closeCode);
    const final = refusal !== undefined || this.closing.signal.aborted;
    this.board.apply(shardId, { type: 'closed', final }, { closeCode });
    if (refusal) this.listener.onRefused(refusal);
  }

  /** The library asks for the session before it opens a socket, which is where a connection waits for its turn. */
  private retrieveSession(shardId: number): SessionInfo | null | Promise<SessionInfo | null> {
    const shard = this.shards.get(shardId);
    return shard?.idle ? this.sessionForOpening(shard) : this.sessionInfo(shardId);
  }

  private async sessionForOpening(shard: RelayShard): Promise<SessionInfo | null> {
    const { failures } = this.board.condition(shard.id);
    await this.turn(failures);
    shard.opening();
    this.board.apply(shard.id, { type: 'opening' });
    const session = this.sessionInfo(shard.id);
    const general = failures >= FAILURES_BEFORE_GENERAL_URL && failures % 2 === 1;
    return session && general ? { ...session, resumeURL: this.generalUrl } : session;
  }

  private async turn(failures: number): Promise<void> {
    const { signal } = this.closing;
    try {
      if (failures > 0) await backOff(failures - 1, { ...RECONNECT_BACK_OFF, signal });
      await this.listener.whenRoom();
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    // While closing, the library has to be kept from opening another socket; it offers no other way.
    if (signal.aborted) await new Promise<never>(() => {});
  }

  private sessionInfo(shardId: number): SessionInfo | null {
    const session = this.sessions.shard(shardId).resumeFrom;
    return session && { ...session, resumeURL: session.resumeUrl, shardId };
  }

  /**
   * The library tells of READY, of every sequence before its event is safe, and of null whenever it gives up a
   * session. Only READY counts here: {@link ShardSession} knows the rest better.
   */
  private adoptSession(shardId: number, info: SessionInfo | null): void {
    const shard = this.sessions.shard(shardId);
    if (!info || info.sessionId === shard.current?.sessionId) return;
    const start = readSession({ ...info, resumeUrl: info.resumeURL });
    if (!start) {
      this.logger.error({ shardId }, 'READY without a usable session');
      return;
    }
    const lost = shard.begin(start);
    this.sessions.touch(shardId);
    this.logger.info({ shardId, sessionId: start.sessionId }, 'session begun');
    if (!lost) return;
    this.metrics.sessionsLost.inc();
    const figures = { lostSessionId: lost.sessionId, lostAfterSequence: lost.sequence };
    this.logger.warn({ shardId, sessionId: start.sessionId, ...figures }, 'session lost');
  }
}
