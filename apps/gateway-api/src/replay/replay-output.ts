import type {
  MessagesBulk,
  ReplayMark,
  RoomsList,
  ServerToClientEvents,
  Uuid,
  WireEvent,
} from '@discord-relay/contracts';
import type { SocketWriter } from '../live/wire/socket-writer.js';

/** After about this much, the replay waits until the client has read it. */
const UNREAD_BYTES = 65_536;

interface Snapshots {
  messages_bulk: MessagesBulk;
  rooms_list: RoomsList;
}

/** Writes the events of one replay to its socket, and waits while the client has not read what was written. */
export class ReplayOutput {
  private unreadBytes = 0;

  constructor(
    readonly id: Uuid,
    private readonly writer: SocketWriter,
  ) {}

  /** Whether {@link drained} must be awaited before more is written. */
  get isFull(): boolean {
    return this.unreadBytes >= UNREAD_BYTES;
  }

  /** Resolves when the client has read enough of what was written. @throws AppError when the socket is closed */
  async drained(): Promise<void> {
    await this.writer.writable();
    this.unreadBytes = 0;
  }

  /** @param bytes about how large the event is */
  send({ event, payload }: WireEvent, mark: Omit<ReplayMark, 'id'>, bytes: number): void {
    this.unreadBytes += bytes;
    const marked = { ...payload, replay: { id: this.id, ...mark } };
    this.writer.send({ event, payload: marked } as WireEvent);
  }

  sendSnapshot<E extends keyof Snapshots>(event: E, snapshot: Snapshots[E], at: string): void {
    const replay = { id: this.id, at };
    this.writer.emit(event, ...([{ ...snapshot, replay }] as unknown as Parameters<ServerToClientEvents[E]>));
  }

  notify<E extends 'replay_channels' | 'replay_gap' | 'replay_skipped' | 'replay_ended'>(
    event: E,
    ...args: Parameters<ServerToClientEvents[E]>
  ): void {
    this.writer.emit(event, ...args);
  }
}
