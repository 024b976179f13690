import { GatewayOpcodes as Op } from 'discord-api-types/v10';
import { shardKey, isSnowflake } from '../state/model/snowflakes.js';
import { Dispatch } from './dispatches/dispatch.js';
import type { Gateway } from './gateway.js';
import type { ClientConnection } from './sessions/session.js';

/** Faults on demand. Each returns how many connections or sessions it affected. */
export class Faults {
  constructor(private readonly gateway: Gateway) {}

  /** Closes sockets: with a close frame if `code` is given, otherwise abruptly. Sessions stay resumable. */
  drop(code?: number, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) {
      if (code === undefined) connection.drop();
      else connection.close(code, 'Dropped on demand.');
    }
    return hit.length;
  }

  /** Op 7. */
  reconnect(shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) connection.sendControl(Op.Reconnect);
    return hit.length;
  }

  /** Op 9. A resumable session collects dispatches until the client resumes it. */
  invalidate(resumable: boolean, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection, session } of hit) {
      if (resumable) session.detach();
      else this.gateway.sessions.end(session);
      connection.sendControl(Op.InvalidSession, resumable);
    }
    return hit.length;
  }

  /**
   * Stays connected but silent: dispatches wait until `thaw`, and heartbeats are not answered either unless `heartbeatAcks`.
   * Waiting dispatches are sent in order after the thaw, or never if the client disconnects first. With `durationMs` these
   * connections thaw automatically.
   */
  freeze(heartbeatAcks: boolean, shardId?: number, durationMs?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) {
      connection.holdDispatches();
      if (!heartbeatAcks) connection.acksToSkip = Infinity;
      if (durationMs !== undefined) setTimeout(() => thaw(connection), durationMs).unref();
    }
    return hit.length;
  }

  /** Ends freezes, reordering and missing acknowledgements. */
  thaw(shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) thaw(connection);
    return hit.length;
  }

  /** The next `count` heartbeats of each connection get no answer. */
  skipHeartbeatAcks(count: number, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) connection.acksToSkip = count;
    return hit.length;
  }

  /** Sends the newest `count` dispatches of each session again, with the same `s`. */
  repeat(count: number, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    return hit.reduce((sum, { session }) => sum + session.repeat(count), 0);
  }

  /** The next `count` dispatches of each connection arrive newest first. */
  reorder(count: number, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) connection.holdDispatches(count);
    return hit.length;
  }

  /** Closes new sockets at once for this time. Open ones stay. */
  refuse(durationMs: number): void {
    this.gateway.upgrades.refuse(durationMs);
  }

  /**
   * All sessions and their buffers are lost, as after an outage: sockets end abruptly, and a later RESUME gets op 9 with `d:
   * false`. @returns how many sessions there were.
   */
  expireSessions(shardId?: number): number {
    const open = this.gateway.identified(shardId);
    const ended = this.gateway.sessions.endAll(shardId);
    for (const { connection } of open) connection.drop();
    return ended;
  }

  /**
   * Sends an event unchanged, numbered and buffered like any other. If `d` has a valid `guild_id` (or, for GUILD_ events,
   * `id`), it goes to the sessions of that shard with the needed intents; otherwise to every session.
   */
  dispatch(t: string, d: unknown, shardId?: number): number {
    const guildId = guildIdOf(t, d);
    const dispatch = new Dispatch(t, guildId, JSON.stringify(d ?? null), { verbatim: true });
    let sent = 0;
    for (const session of this.gateway.sessions.all()) {
      if (shardId !== undefined && session.terms.shard[0] !== shardId) continue;
      if (guildId !== null && !session.gets(dispatch)) continue;
      session.send(dispatch);
      sent += 1;
    }
    return sent;
  }

  /** Sends a text frame unchanged, without a sequence number. */
  raw(text: string, shardId?: number): number {
    const hit = this.gateway.identified(shardId);
    for (const { connection } of hit) connection.sendText(text);
    return hit.length;
  }
}

function thaw(connection: ClientConnection): void {
  connection.acksToSkip = 0;
  connection.release();
}

function guildIdOf(t: string, d: unknown): string | null {
  if (typeof d !== 'object' || d === null) return null;
  const { guild_id: guildId, id } = d as Record<string, unknown>;
  const candidate = guildId ?? (t.startsWith('GUILD_') ? id : undefined);
  return isSnowflake(candidate) && shardKey(candidate) >= 0 ? candidate : null;
}
