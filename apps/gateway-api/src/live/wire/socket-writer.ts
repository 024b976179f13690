import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, type ServerToClientEvents, type WireEvent } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { LiveMetrics } from '../../metrics/live-metrics.js';
import { toWireError } from '../../errors/wire-error.js';
import type { SocketTopic, WireSocket } from './wire-socket.js';

/** How often a full send buffer is checked again. */
const POLL_MS = 20;

/** The private buffer of engine.io: nothing else shows how far a socket is behind. */
interface EngineSocket {
  writeBuffer: { data?: string | Buffer }[];
  /** Present for WebSocket transports only. */
  transport: { socket?: { bufferedAmount?: number; terminate?: () => void } };
}

/** Bytes written to the socket that the operating system has not accepted yet. */
export function bufferedBytes({ conn }: WireSocket): number {
  const { writeBuffer, transport } = conn as unknown as EngineSocket;
  let bytes = transport.socket?.bufferedAmount ?? 0;
  for (const { data } of writeBuffer) if (data) bytes += Buffer.byteLength(data);
  return bytes;
}

/** Ends the connection without waiting for the client. */
export function terminate({ conn }: WireSocket): void {
  const { transport } = conn as unknown as EngineSocket;
  if (transport.socket?.terminate) transport.socket.terminate();
  else conn.close(true);
}

/** Writes to one socket. */
export class SocketWriter {
  constructor(
    private readonly socket: WireSocket,
    private readonly maxBytes: number,
    private readonly metrics: LiveMetrics,
    private readonly logger: Logger,
  ) {}

  /** Waits while more than half of the send budget is in use, so that a snapshot does not exceed it. */
  async writable(): Promise<void> {
    while (this.socket.connected && bufferedBytes(this.socket) > this.maxBytes / 2) await sleep(POLL_MS);
    if (!this.socket.connected) throw new AppError('SERVICE.UNAVAILABLE', 'the socket is closed');
  }

  send({ event, payload }: WireEvent): void {
    this.emit(event, payload as never);
  }

  emit<E extends keyof ServerToClientEvents>(event: E, ...args: Parameters<ServerToClientEvents[E]>): void {
    this.metrics.deliveries.inc({ event });
    this.socket.emit(event, ...args);
  }

  joinTopic(topic: SocketTopic): void {
    void this.socket.join(topic);
  }

  leaveTopic(topic: SocketTopic): void {
    void this.socket.leave(topic);
  }

  /** Disconnects after a failed read, so that the client reconnects and resumes. */
  disconnectAfter(error: unknown): void {
    if (!this.socket.connected) return;
    const unavailable = new AppError('SERVICE.UNAVAILABLE', 'reconnect and resume', { cause: error });
    this.logger.warn({ socketId: this.socket.id, err: error }, 'read failed; socket disconnected');
    this.socket.emit('error', toWireError(unavailable));
    this.socket.disconnect(true);
  }
}
