import type { RestMessage } from '@discord-relay/contracts';
import { COLUMNS, type MessageRow, toHistoryMessage } from './messages.query.js';

export interface FullMessageRow extends MessageRow {
  pinned: boolean | null;
  revision: number;
}

export const FULL_COLUMNS = `${COLUMNS}, pinned, revision`;

export const toRestMessage = (row: FullMessageRow): RestMessage => ({
  ...toHistoryMessage(row),
  pinned: row.pinned,
  revision: row.revision,
});
