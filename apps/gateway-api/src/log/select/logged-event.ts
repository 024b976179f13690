import { type EventType, parseEvent, type RelayEvent } from '@discord-relay/contracts';
import { findMessageId } from './find-message-id.js';
import { type LogSubject, parseLogSubject } from './log-subject.js';
import { remembered } from './remembered.js';

/** One message of the log, as the reader delivers it. */
export interface LogRecord {
  seq: number;
  subject: string;
  data: Buffer;
  /** When JetStream stored it, in milliseconds since the Unix epoch. */
  storedAtMs: number;
}

const BRACE = 0x7b;
const LINE_FEED = 0x0a;
const utf8 = new TextDecoder();
const subjectOf = remembered(parseLogSubject);

/** An event of the log by its subject. The body is parsed only if that is necessary: most events are passed on as they are. */
export class LoggedEvent {
  private readonly subject: LogSubject;
  /** As {@link findMessageId} tells it. */
  private readonly quickMessageId: string | null | undefined;
  private parsed: RelayEvent | null | undefined;

  constructor(private readonly record: LogRecord) {
    this.subject = subjectOf(record.subject);
    this.quickMessageId = this.type && findMessageId(this.type, record.data);
  }

  get guildId(): string {
    return this.subject.guildId;
  }

  /** null: it belongs to no channel. */
  get channelId(): string | null {
    return this.subject.channelId;
  }

  get partition(): number {
    return this.subject.partition;
  }

  /** undefined: this version does not know it. */
  get type(): EventType | undefined {
    return this.subject.type;
  }

  get seq(): number {
    return this.record.seq;
  }

  get storedAtMs(): number {
    return this.record.storedAtMs;
  }

  /** Bytes of the body. */
  get size(): number {
    return this.record.data.byteLength;
  }

  /** Whether the body is a CloudEvent that this version knows. */
  get isReadable(): boolean {
    return this.type !== undefined && (this.quickMessageId !== undefined || this.event !== null);
  }

  /** The event, of the current version; null: it cannot be read. */
  get event(): RelayEvent | null {
    if (this.parsed === undefined) {
      const result = parseEvent(utf8.decode(this.record.data));
      this.parsed = result.ok ? result.event : null;
    }
    return this.parsed;
  }

  /** The message that the event is about; undefined: it is about none. */
  get messageId(): string | undefined {
    if (this.quickMessageId !== undefined) return this.quickMessageId ?? undefined;
    const data = this.event?.data as { id?: string; messageId?: string } | undefined;
    return this.type?.startsWith('message.') ? data?.id : data?.messageId;
  }

  /** The body as one line of JSON: as recorded, if it is that. */
  get body(): Uint8Array {
    const { data } = this.record;
    return data[0] === BRACE && !data.includes(LINE_FEED) ? data : Buffer.from(JSON.stringify(this.event));
  }
}
