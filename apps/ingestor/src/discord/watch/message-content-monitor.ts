/** Number of consecutive empty messages that is not a coincidence. */
export const EMPTY_MESSAGES_LIMIT = 20;

/** The types of messages that users write: default and reply. */
const WRITTEN_TYPES: ReadonlySet<unknown> = new Set([0, 19]);
const BESIDES_CONTENT = ['attachments', 'embeds', 'sticker_items', 'components', 'message_snapshots'];

/**
 * Detects that Discord withholds the content of messages: without the MESSAGE_CONTENT intent everything but id, author and time
 * is empty. Messages with mentions prove nothing, because Discord always sends the content of those that mention the bot.
 */
export class MessageContentMonitor {
  private empty = 0;

  get isWithheld(): boolean {
    return this.empty >= EMPTY_MESSAGES_LIMIT;
  }

  /** Takes the unchecked data of a MESSAGE_CREATE. True when this message reaches the limit. */
  observe(data: unknown): boolean {
    if (!isFromPersonInGuild(data)) return false;
    if (!isEmpty(data)) this.empty = 0;
    else if (++this.empty === EMPTY_MESSAGES_LIMIT) return true;
    return false;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const hasItems = (value: unknown): boolean => Array.isArray(value) && value.length > 0;

function isFromPersonInGuild(data: unknown): data is Fields {
  if (!isFields(data) || !isFields(data.author) || data.guild_id === undefined) return false;
  if (data.author.bot === true || data.webhook_id !== undefined) return false;
  return WRITTEN_TYPES.has(data.type) && !hasItems(data.mentions);
}

const isEmpty = (data: Fields): boolean =>
  data.content === '' && !isFields(data.poll) && !BESIDES_CONTENT.some((key) => hasItems(data[key]));
