import { randomBytes } from 'node:crypto';
import { REST } from '@discordjs/rest';
import { WebSocketManager, WebSocketShardEvents, type SessionInfo } from '@discordjs/ws';
import { AppError } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../metrics/metrics.js';
import type { RawDispatch } from '../../normalize/events/normalize-result.js';
import { retryForever } from '../../support/retry-forever.js';
import { failureOfCloseCode, failureOfRequest } from './discord-failure.js';
import { sendUserAgentWithWebSockets } from './gateway-user-agent.js';
import { IdentifyBudget } from './identify-budget.js';
import { IdentifyThrottler } from './identify-throttler.js';
import { intentBits, type IntentName } from './intents.js';
import type { LeaseTable } from '../leases/lease-table.js';
import { MemberLists } from './member-lists.js';
import type { RelayShard } from './relay-shard.js';
import { readSession } from '../sessions/session-record.js';
import type { SessionStore } from '../sessions/session-store.js';
import { ShardBoard } from './shard-board.js';
import { ResumeWatch } from './resume-watch.js';
import {
  sessionIdOf,
  type LostSession,
  type ResumeLimits,
  type SessionStart,
} from '../sessions/shard-session.js';
import { ShardSet } from './shard-set.js';
import type { ShardCondition } from './shard-state.js';

const RECONNECT_BACK_OFF = { firstMs: 1_000, capMs: 60_000 };
/** After so many failures every second attempt goes to the general address: a session's own may be gone for good. */
const FAILURES_BEFORE_GENERAL_URL = 3;
/** Each identify costs one of a day's 1,000, also one that is refused: at the longest wait they are some 100 a day. */
const IDENTIFY_BACK_OFF = { firstMs: 2_000, capMs: 1_800_000 };
const REQUEST_TIMEOUT_MS = 10_000;

export interface GatewaySettings {
  token: string;
  apiUrl: string;
  shards: 'auto' | number;
  intents: readonly IntentName[];
  /** Whether everybody who is in a guild is asked for. */
  listsMembers: boolean;
  /** Only these guilds are of interest; undefined: all. */
  guildIds: ReadonlySet<string> | undefined;
  /** When a session that cannot be resumed is given up. */
  resumeLimits: ResumeLimits;
  /** Identifies of Discord's day that nothing uses by itself. */
  identifyReserve: number;
}

/** Who is told what comes from Discord. Its methods do not throw. */
export interface GatewayListener {
  onDispatch(shardId: number, dispatch: RawDispatch): void;
  /** Discord has begun a session, which takes the place of `lost` if there was one to resume. */
  onSessionBegun(shardId: number, begun: SessionStart, lost: LostSession | null): void;
  /** Discord has refused us for a reason that only an operator can remove. */
  onRefused(error: AppError): void;
  /** Resolves when the shard is ours for certain and there is room for its dispatches; it does not connect before. */
  whenWelcome(shardId: number, signal: AbortSignal): Promise<void>;
}

/**
 * The connections of this process's shards to Discord. Each is kept up until it is stopped: with back-off while Discord
 * is away, by resuming whenever there is a session, from the sequence that is safe in the log.
 */
export class DiscordGateway {
  private readonly closing = new AbortController();
  private readonly rest: REST;
  private readonly manager: WebSocketManager;
  private readonly board: ShardBoard;
  private readonly budget: IdentifyBudget;
  private readonly shards: ShardSet;
  private readonly resumes: ResumeWatch;
  /** Identifies in a row that were answered with a close. */
  private readonly identifyFailures = new Map<number, number>();
  private generalUrl = '';
  private maxConcurrency = 1;
  private recommended = 1;

  constructor(
    private readonly settings: GatewaySettings,
    private readonly sessions: SessionStore,
    locks: LeaseTable,
    private readonly listener: GatewayListener,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    const { token, apiUrl } = settings;
    this.board = new ShardBoard(metrics, logger);
    this.rest = new REST({ version: '10', api: apiUrl, timeout: REQUEST_TIMEOUT_MS }).setToken(token);
    this.budget = new IdentifyBudget(
      {
        ask: () => this.askForBudget(),
        onRemaining: (remaining) => metrics.identifyRemaining.set(remaining),
      },
      settings.identifyReserve,
      logger,
    );
    const throttler = new IdentifyThrottler(locks, () => this.maxConcurrency, logger);
    const host = {
      retrieveSession: (shard: RelayShard) => this.retrieveSession(shard),
      adoptSession: (shard: RelayShard, info: SessionInfo | null) => this.adoptSession(shard, info),
      onSessionOver: (shardId: number) => this.sessions.shard(shardId).invalidate(),
      throttler,
    };
    let shards!: ShardSet;
    const intents = intentBits(settings.intents);
    const buildStrategy = (manager: WebSocketManager) => (shards = new ShardSet(manager, host));
    sendUserAgentWithWebSockets();
    this.manager = new WebSocketManager({ token, rest: this.rest, intents, buildStrategy });
    this.shards = shards;
    const abandon = (shardId: number, reason: string) => this.shards.abandonResume(shardId, reason);
    this.resumes = new ResumeWatch(settings.resumeLimits, sessions, abandon, metrics, logger);
    this.listen();
  }

  /**
   * Asks Discord how it wants to be spoken to.
   * @throws AppError DISCORD.TOKEN_REFUSED; the abort reason when closed meanwhile
   */
  async open(): Promise<void> {
    const retry = { signal: this.closing.signal, logger: this.logger };
    const info = await retryForever('asking Discord for its gateway', () => this.gatewayInfo(), retry);
    this.generalUrl = info.url;
    this.recommended = info.shards;
    this.maxConcurrency = info.session_start_limit.max_concurrency;
    this.budget.learn(info.session_start_limit);
  }

  /**
   * Makes ready for shards; resolves with their number.
   * @param countInUse what other replicas run with: `auto` follows them
   */
  async prepare(countInUse: number | undefined): Promise<number> {
    const { shards } = this.settings;
    const count = shards === 'auto' ? (countInUse ?? this.recommended) : shards;
    await this.manager.updateShardCount(count);
    return count;
  }

  /** Connects a shard and keeps it connected; what it does is seen in {@link conditions}. */
  start(shardId: number): void {
    if (this.closing.signal.aborted) return;
    this.board.add(shardId);
    this.shards.start(shardId);
  }

  /** Hands a shard's session over: closed with a code after which it can be resumed, by whoever comes next. */
  async stop(shardId: number): Promise<void> {
    await this.shards.stop(shardId, 'Handing over');
    this.board.remove(shardId);
  }

  /** Renews a connection that is open but suspected to be dead. */
  reconnect(shardId: number, reason: string): boolean {
    return this.shards.reconnect(shardId, reason);
  }

  /** Gives a shard's session up by hand: its next connection identifies. False when there is none to give up. */
  giveUpSession(shardId: number, by: string): boolean {
    if (!this.resumes.giveUp(shardId, by)) return false;
    this.shards.restart(shardId, 'session given up by hand');
    return true;
  }

  /** Drops the connections so that Discord keeps what follows; they come back when there is room. */
  holdOff(): void {
    this.shards.cycle('more events than the log takes');
  }

  /** Stops reading from Discord for a moment, or goes on: TCP holds what comes. */
  setReading(reading: boolean): void {
    this.shards.setReading(reading);
  }

  /** Ends all connections, each as in {@link stop}. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.shards.destroy({ reason: 'Handing over' });
    this.rest.clearHandlerSweeper();
    this.rest.clearHashSweeper();
  }

  get conditions(): [number, ShardCondition][] {
    return this.board.all;
  }

  /** Why no shard may identify at present; undefined while they may. */
  get identifyProblem(): string | undefined {
    return this.budget.problem;
  }

  private async gatewayInfo() {
    try {
      return await this.manager.fetchGatewayInformation(true);
    } catch (error) {
      throw failureOfRequest(error, this.settings.apiUrl);
    }
  }

  /** A token that is refused here would be refused by the gateway as well, at the price of an identify. */
  private async askForBudget() {
    try {
      return (await this.gatewayInfo()).session_start_limit;
    } catch (error) {
      if (error instanceof AppError && !error.retryable) this.listener.onRefused(error);
      throw error;
    }
  }

  private listen(): void {
    const { listsMembers, guildIds } = this.settings;
    const lists = new MemberLists(
      guildIds,
      {
        send: (shardId, payload) => this.shards.send(shardId, payload),
        onAsked: (shardId, guildId, nonce) =>
          this.metrics.countGivenUp(this.sessions.shard(shardId).rolls.begin(guildId, nonce)),
      },
      this.logger,
    );
    this.manager
      .on(WebSocketShardEvents.Dispatch, ({ data, shardId }) => {
        this.resumes.heard(shardId);
        this.listener.onDispatch(shardId, data);
        if (listsMembers) lists.observe(shardId, data);
      })
      .on(WebSocketShardEvents.Hello, ({ shardId }) => this.onHello(shardId))
      .on(WebSocketShardEvents.Ready, ({ shardId }) => {
        this.metrics.identifies.inc();
        this.identifyFailures.delete(shardId);
        this.board.apply(shardId, { type: 'connected' }, { resumed: false });
      })
      .on(WebSocketShardEvents.Resumed, ({ shardId }) => {
        this.metrics.resumes.inc();
        this.resumes.answered(shardId);
        this.board.apply(shardId, { type: 'connected' }, { resumed: true });
      })
      .on(WebSocketShardEvents.Closed, ({ code, shardId }) => this.onClosed(shardId, code))
      .on(WebSocketShardEvents.Error, ({ error, shardId }) =>
        this.logger.warn({ err: error, shardId }, 'gateway error'),
      )
      .on(WebSocketShardEvents.Debug, ({ message, shardId }) => this.logger.debug({ shardId }, message));
  }

  private onHello(shardId: number): void {
    const resuming = this.canResume(shardId);
    if (resuming) this.resumes.sent(shardId);
    const session = this.sessions.shard(shardId).resumeFrom;
    this.board.apply(
      shardId,
      { type: 'hello', resuming },
      { sequence: resuming ? session?.sequence : undefined },
    );
  }

  private onClosed(shardId: number, closeCode: number): void {
    const refusal = failureOfCloseCode(closeCode, this.settings.intents);
    const retired = this.shards.get(shardId)?.retired.aborted ?? true;
    const final = refusal !== undefined || retired;
    if (!final) this.learnFrom(shardId, closeCode);
    this.resumes.forget(shardId);
    this.board.apply(shardId, { type: 'closed', final }, { closeCode });
    if (refusal) this.listener.onRefused(refusal);
  }

  private learnFrom(shardId: number, closeCode: number): void {
    this.resumes.closed(shardId, closeCode);
    if (!this.shards.get(shardId)?.identifyRefused) return;
    const failures = (this.identifyFailures.get(shardId) ?? 0) + 1;
    this.identifyFailures.set(shardId, failures);
    this.budget.doubt();
    this.logger.error(
      { shardId, closeCode, failures },
      'the gateway closed instead of beginning a session: check DISCORD_TOKEN and DISCORD_INTENTS; identifying less and less often',
    );
  }

  /** The library asks for the session before it opens a socket, which is where a connection waits for its turn. */
  private retrieveSession(shard: RelayShard): SessionInfo | null | Promise<SessionInfo | null> {
    return shard.idle ? this.sessionForOpening(shard) : this.sessionInfo(shard.id);
  }

  private async sessionForOpening(shard: RelayShard): Promise<SessionInfo | null> {
    const { failures } = this.board.condition(shard.id);
    await shard.openingAfter(this.turn(shard, failures));
    this.board.apply(shard.id, { type: 'opening' });
    const session = this.sessionInfo(shard.id);
    const general = failures >= FAILURES_BEFORE_GENERAL_URL && failures % 2 === 1;
    return session && general ? { ...session, resumeURL: this.generalUrl } : session;
  }

  private async turn(shard: RelayShard, failures: number): Promise<void> {
    const signal = shard.retired;
    if (failures > 0) await backOff(failures - 1, { ...RECONNECT_BACK_OFF, signal });
    await this.listener.whenWelcome(shard.id, signal);
    if (this.canResume(shard.id)) return;
    const refused = this.identifyFailures.get(shard.id) ?? 0;
    if (refused > 0) await backOff(refused - 1, { ...IDENTIFY_BACK_OFF, signal });
    await this.budget.take(signal);
  }

  private canResume(shardId: number): boolean {
    return this.sessions.shard(shardId).resumeFrom?.shardCount === this.manager.options.shardCount;
  }

  private sessionInfo(shardId: number): SessionInfo | null {
    const session = this.sessions.shard(shardId).resumeFrom;
    if (!session) return null;
    const { sessionId, discordId = sessionId, sequence, shardCount, resumeUrl: resumeURL } = session;
    return { sessionId: discordId, sequence, shardCount, resumeURL, shardId };
  }

  /**
   * The library tells of READY, of every sequence before its event is safe, and of null whenever it gives up a
   * session. Only READY counts here: {@link ShardSession} knows the rest better.
   */
  private adoptSession({ id: shardId, isIdentifying }: RelayShard, info: SessionInfo | null): void {
    const shard = this.sessions.shard(shardId);
    if (!info || (info.sessionId === shard.discordId && !isIdentifying)) return;
    // Servers other than Discord need not name an address for resuming.
    const resumeUrl: unknown = info.resumeURL ?? this.generalUrl;
    const discordId: unknown = info.sessionId;
    const sessionId = sessionIdOf(info.sessionId, shardId, randomBytes(4).toString('hex'));
    const begun = readSession({ ...info, discordId, sessionId, resumeUrl });
    if (!begun) {
      this.logger.error({ shardId }, 'READY without a usable session');
      return;
    }
    const lost = shard.begin(begun);
    const start = shard.resumeFrom!;
    this.metrics.countGivenUp(shard.rolls.forget('session_lost'));
    this.listener.onSessionBegun(shardId, start, lost);
    this.sessions.touch(shardId);
    this.logger.info({ shardId, sessionId: start.sessionId }, 'session begun');
    if (!lost) return;
    this.metrics.sessionsLost.inc();
    const figures = { lostSessionId: lost.sessionId, lostAfterSequence: lost.sequence };
    this.logger.warn({ shardId, sessionId: start.sessionId, ...figures }, 'session lost');
  }
}
