import { compareSnowflakes, isSnowflake, type Snowflake } from '@discord-relay/contracts';

type Marks = Readonly<Record<string, Snowflake>>;

/** The last read message of each channel, stored in this browser and shared by all its tabs. */
export class ReadMarks {
  private readonly key: string;
  private text: string | null = null;
  private marks: Marks = {};

  constructor(
    userId: string,
    private readonly storage: Pick<Storage, 'getItem' | 'setItem'>,
  ) {
    this.key = `relay.read.${userId}`;
  }

  /** null: the channel was never read here. */
  of(channelId: Snowflake): Snowflake | null {
    return this.read()[channelId] ?? null;
  }

  /** Marks everything up to that message as read; never moves backwards. */
  advance(channelId: Snowflake, messageId: Snowflake): void {
    const before = this.of(channelId);
    if (before === null || compareSnowflakes(messageId, before) > 0) this.set(channelId, messageId);
  }

  /** Marks that message and later ones as unread. */
  rewind(channelId: Snowflake, messageId: Snowflake): void {
    this.set(channelId, String(BigInt(messageId) - 1n) as Snowflake);
  }

  private set(channelId: Snowflake, messageId: Snowflake): void {
    this.storage.setItem(this.key, JSON.stringify({ ...this.read(), [channelId]: messageId }));
  }

  /** Another tab may have written meanwhile. */
  private read(): Marks {
    const text = this.storage.getItem(this.key);
    if (text !== this.text) {
      this.text = text;
      this.marks = parse(text);
    }
    return this.marks;
  }
}

function parse(text: string | null): Marks {
  try {
    const found: unknown = JSON.parse(text ?? '{}');
    const entries = Object.entries(Object(found) as object).filter(([, id]) => isSnowflake(id));
    return Object.fromEntries(entries) as Marks;
  } catch (error) {
    // This page did not write the value: it is discarded.
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
