import { GatewayCloseCodes as Close, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import { RestAnswers } from '../faults/rest-answers.js';
import { parseJson } from '../json/parse-json.js';
import type { SimulatorOptions } from '../options.js';
import type { Ledger } from '../state/ledger.js';
import type { World } from '../state/world.js';
import {
  clientPayload,
  heartbeatData,
  identifyData,
  membersRequest,
  parseShard,
  resumeData,
} from './wire/client-payload.js';
import { Connection } from './wire/connection.js';
import type { Dispatch } from './dispatches/dispatch.js';
import { dispatchesOf } from './dispatches/fact-dispatch.js';
import { Handshake } from './handshake.js';
import { MemberChunks } from './member-chunks.js';
import { SessionRegistry } from './sessions/session-registry.js';
import type { ClientConnection, Session } from './sessions/session.js';
import { parseTransport } from './wire/transport.js';
import { WebSocketUpgrades } from './wire/websocket-upgrades.js';
import { Visibility } from './dispatches/visibility.js';
import { epochMs } from '../state/model/world-types.js';

/** Discord closes on larger payloads with 4002. */
const MAX_CLIENT_PAYLOAD_BYTES = 4096;
/** The close code that a client sees when a socket ends without a close frame. */
const ABRUPT = 1006;
const INVALIDATING_CLOSES: ReadonlySet<number> = new Set([1000, 1001]);

/** Accepts client sockets, executes their payloads and sends dispatches to the sessions. */
export class Gateway {
  readonly sessions: SessionRegistry;
  readonly handshake: Handshake;
  readonly visibility: Visibility;
  /** Responses on demand, of REST and of WebSocket handshakes. */
  readonly answers = new RestAnswers();
  readonly upgrades = new WebSocketUpgrades(this.answers, (...accepted) => this.accept(...accepted));
  private readonly chunks: MemberChunks;
  private readonly connections = new Set<ClientConnection>();
  private readonly sweep: NodeJS.Timeout;

  constructor(
    world: World,
    ledger: Pick<Ledger, 'lastIndex'>,
    private readonly options: SimulatorOptions,
    private readonly logger: Logger,
  ) {
    this.sessions = new SessionRegistry(options);
    this.visibility = new Visibility(world);
    this.handshake = new Handshake(world, this.sessions, this.visibility, options);
    this.chunks = new MemberChunks(world, options.memberListWindowMs);
    world.onFact((fact) => {
      if (fact.origin === 'history') return;
      for (const dispatch of dispatchesOf(world, this.visibility, fact)) {
        dispatch.ledgerIndex = ledger.lastIndex;
        this.publish(dispatch);
      }
    });
    const sweepMs = Math.max(10, Math.min(1000, options.heartbeatTimeoutMs / 4, options.resumeWindowMs / 4));
    this.sweep = setInterval(() => this.endTimedOut(epochMs()), sweepMs);
  }

  /** Numbers an event in every session that is entitled to it, connected or not, and sends it. */
  publish(dispatch: Dispatch): void {
    for (const session of this.sessions.all()) if (session.gets(dispatch)) session.send(dispatch);
  }

  /** Connections with a session, of one shard or of all. */
  identified(shardId?: number): { connection: ClientConnection; session: Session }[] {
    return [...this.connections].flatMap((connection) => {
      const { session } = connection;
      return session && (shardId ?? session.terms.shard[0]) === session.terms.shard[0]
        ? [{ connection, session }]
        : [];
    });
  }

  /** Closes every socket with a resumable code, then stops. */
  async close(): Promise<void> {
    clearInterval(this.sweep);
    for (const connection of this.connections)
      connection.close(Close.UnknownError, 'Simulator is going away.');
    const deadline = performance.now() + 500;
    while (this.connections.size > 0 && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    for (const connection of this.connections) connection.drop();
    this.upgrades.close();
  }

  private accept(client: WebSocket, request: IncomingMessage, url: URL): void {
    const origin = `ws://${request.headers.host ?? 'localhost'}`;
    const transport = parseTransport(url.searchParams);
    const { socketBufferBytes } = this.options;
    const compressor = 'refusal' in transport ? null : (transport.compressor?.() ?? null);
    const connection: ClientConnection = new Connection(
      client,
      request.socket,
      origin,
      socketBufferBytes,
      compressor,
    );
    connection.userAgent = request.headers['user-agent'] ?? null;
    this.connections.add(connection);
    client.on('message', (data) => this.receive(connection, data));
    client.on('close', (code) => this.closed(connection, code));
    client.on('error', (error) =>
      this.logger.warn({ event: 'gateway.socket_error', message: error.message }),
    );
    // 4012 stops a client permanently; after 4002 it would reconnect at once with the same address.
    if ('refusal' in transport) return connection.close(Close.InvalidAPIVersion, transport.refusal);
    connection.version = transport.version;
    this.greet(connection);
  }

  /** HELLO is sent in a separate packet, because some clients lose data that shares a packet with the upgrade's response. */
  private greet(connection: ClientConnection): void {
    const hello = { heartbeat_interval: this.options.heartbeatIntervalMs, _trace: [] };
    const send = (): void => {
      connection.lastHeartbeatMs = epochMs();
      if (this.applyRule(connection, Op.Hello, undefined)) return;
      connection.sendControl(Op.Hello, hello);
    };
    setTimeout(send, this.options.helloDelayMs).unref();
  }

  private receive(connection: ClientConnection, data: RawData): void {
    if (!connection.isOpen) return;
    if (!connection.countReceived(this.options.gatewayRateLimit)) {
      return connection.close(Close.RateLimited, 'Rate limited.');
    }
    const payload = decode(data);
    if (!payload) return connection.close(Close.DecodeError, 'Error while decoding payload.');
    this.handlePayload(connection, payload.op, payload.d);
  }

  private handlePayload(connection: ClientConnection, op: number, d: unknown): void {
    if (this.applyRule(connection, op, d)) return;
    switch (op) {
      case Op.Heartbeat:
        return this.heartbeat(connection, d);
      case Op.Identify:
      case Op.Resume:
        return this.startSession(connection, op, d);
      case Op.RequestGuildMembers:
        return this.requestMembers(connection, d);
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
      case Op.RequestSoundboardSounds:
      case REQUEST_CHANNEL_INFO:
        // Accepted without a reply: the bot's own presence, voice connections and soundboard are not simulated.
        if (!connection.session) connection.close(Close.NotAuthenticated, 'Not authenticated.');
        return;
      default:
        connection.close(Close.UnknownOpcode, 'Unknown opcode.');
    }
  }

  /** Applies a rule to a payload. @returns false if there is none. */
  private applyRule(connection: ClientConnection, op: number, d: unknown): boolean {
    const shardId = connection.session?.terms.shard[0] ?? this.requestedShard(op, d);
    const rule = this.sessions.rules.matchOp(op, shardId);
    if (!rule) return false;
    this.logger.info({ event: 'gateway.rule_applied', op, shard: shardId, code: rule.code ?? null });
    if (rule.code === ABRUPT) connection.drop();
    else if (rule.code !== undefined) connection.close(rule.code, 'On demand.');
    return true;
  }

  private requestedShard(op: number, d: unknown): number | undefined {
    if (op === Op.Resume)
      return this.sessions.find(resumeData.safeParse(d).data?.session_id ?? '')?.terms.shard[0];
    return op === Op.Identify ? parseShard(identifyData.safeParse(d).data?.shard)?.[0] : undefined;
  }

  private heartbeat(connection: ClientConnection, d: unknown): void {
    const parsed = heartbeatData.safeParse(d);
    if (!parsed.success) return connection.close(Close.DecodeError, 'Error while decoding payload.');
    connection.lastHeartbeatMs = epochMs();
    if (connection.session) connection.session.heartbeatSeq = parsed.data ?? null;
    if (connection.acksToSkip > 0) connection.acksToSkip -= 1;
    else connection.sendControl(Op.HeartbeatAck);
  }

  private requestMembers(connection: ClientConnection, d: unknown): void {
    const { session } = connection;
    if (!session) return connection.close(Close.NotAuthenticated, 'Not authenticated.');
    const parsed = membersRequest.safeParse(d);
    if (!parsed.success) return connection.close(Close.DecodeError, 'Error while decoding payload.');
    if (!this.chunks.answer(session, parsed.data, epochMs()))
      this.logger.warn({ event: 'gateway.members_refused', session: session.id });
  }

  private startSession(connection: ClientConnection, op: Op.Identify | Op.Resume, d: unknown): void {
    if (connection.session) return connection.close(Close.AlreadyAuthenticated, 'Already authenticated.');
    const outcome =
      op === Op.Identify ? this.handshake.identify(connection, d) : this.handshake.resume(connection, d);
    if (outcome !== null && 'code' in outcome) connection.close(outcome.code, outcome.reason);
    this.logger.info({
      event: op === Op.Identify ? 'gateway.identify' : 'gateway.resume',
      ok: outcome !== null && !('code' in outcome),
      ...(outcome === null ? { refused: 'op 9' } : {}),
      ...(outcome && 'code' in outcome ? { closeCode: outcome.code } : {}),
      ...(outcome && 'seq' in outcome
        ? { session: outcome.id, shard: outcome.terms.shard, seq: outcome.seq }
        : {}),
    });
  }

  private closed(connection: ClientConnection, code: number): void {
    this.connections.delete(connection);
    const { session } = connection;
    if (!session) return;
    const ended = !connection.closedByServer && INVALIDATING_CLOSES.has(code);
    if (ended) this.sessions.end(session);
    else session.detach();
    this.logger.info({ event: 'gateway.closed', session: session.id, code, ended, seq: session.seq });
  }

  private endTimedOut(nowMs: number): void {
    this.sessions.expire(nowMs);
    for (const connection of this.connections) {
      if (nowMs - connection.lastHeartbeatMs <= this.options.heartbeatTimeoutMs) continue;
      if (connection.closedByServer) connection.drop();
      else connection.close(Close.SessionTimedOut, 'Session timed out.');
    }
  }
}

/** Not in the types yet: op 43 of the documented opcode table. */
const REQUEST_CHANNEL_INFO = 43;

function decode(data: RawData): { op: number; d?: unknown } | null {
  const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
  if (bytes.length > MAX_CLIENT_PAYLOAD_BYTES) return null;
  try {
    const parsed = clientPayload.safeParse(parseJson(bytes.toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
