import type { JsonObject, RestMessage, Snowflake } from '@discord-relay/contracts';
import { COLUMNS, type MessageRow, toHistoryMessage } from './messages.query.js';

export interface FullMessageRow extends MessageRow {
  pinned: boolean | null;
  webhookId: Snowflake | null;
  components: JsonObject[] | null;
  revision: number;
}

export const FULL_COLUMNS = `${COLUMNS}, pinned, webhook_id AS "webhookId", components, revision`;

export const toRestMessage = (row: FullMessageRow): RestMessage => ({
  ...toHistoryMessage(row),
  pinned: row.pinned,
  ...(row.webhookId !== null && { webhookId: row.webhookId }),
  ...(row.components?.length && { components: row.components }),
  ...(row.reference && { reference: row.reference }),
  revision: row.revision,
});
