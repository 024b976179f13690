import type { JsonObject, Snowflake } from '@discord-relay/contracts';
import type { MessageFields, MessageFieldsPatch, MessageRow } from '../shared/rows.js';
import {
  createMessage,
  editedLater,
  firstRow,
  type MessageOutcome,
  patchMessage,
  unknownMessage,
  withRevision,
} from './evolve.js';

// An import counts as if it had happened before everything that was observed, wherever it is in the log (ADR 54).

/** More removed reactions than this count as all of them. */
const MAX_REMOVED_REACTIONS = 1_000;

/** Every reaction. */
export const ALL_REACTIONS = '*';

type Ids = Pick<MessageRow, 'id' | 'channel_id' | 'guild_id'>;

/** Whether only an import supplied the creation of the message. */
export const isImported = (row: MessageRow | undefined): boolean =>
  row !== undefined && row.imported !== null && !row.partial;

/** The message of an export. It supplies only what was not observed; of several exports, the one with the latest edit counts. */
export function importMessage(
  row: MessageRow | undefined,
  message: MessageFields,
  seq: number,
): MessageRow | null {
  if (!row) return { ...firstRow(message, seq), imported: {} };
  if (row.deleted_at !== null || row.channel_id !== message.channel_id) return null;
  if (row.partial) return combined({ ...row, created_seq: seq }, message, withoutImport(row), seq);
  if (row.imported === null) return null;
  const { imported, observed } = layersOf(row);
  if (!editedLater(message.edited_at ?? null, imported.edited_at ?? null)) return null;
  return combined(row, message, observed, seq);
}

/** As {@link createMessage}, also for a message that was imported: the creation that was observed replaces the import. */
export function observeCreation(
  row: MessageRow | undefined,
  message: MessageFields,
  seq: number,
): MessageOutcome | null {
  if (!row?.imported) return createMessage(row, message, seq);
  const observed = isImported(row) ? layersOf(row).observed : row;
  const outcome = createMessage(observed, message, seq);
  if (!outcome) return null;
  // Replacing an import is no edit; the revisions that were counted keep their numbers.
  const revision = row.revision + outcome.row.revision - (observed?.revision ?? 0);
  // The message exists since its import.
  const created_seq = row.created_seq ?? seq;
  return { ...outcome, row: { ...outcome.row, revision, created_seq, imported: null } };
}

/** As {@link patchMessage}, also for a message that was imported: the update is compared with what was observed only. */
export function observePatch(
  row: MessageRow | undefined,
  patch: MessageFieldsPatch,
  seq: number,
): MessageOutcome | null {
  if (!row || !isImported(row)) return patchMessage(row, patch, seq);
  const { imported, observed } = layersOf(row);
  const outcome = patchMessage(observed, patch, seq);
  return outcome && { ...outcome, row: combined(row, imported, outcome.row, seq) };
}

/** Remembers removed reactions, so that an import does not bring them back. Not needed once the creation was observed. */
export function removeReactions(
  row: MessageRow | undefined,
  ids: Ids,
  removed: string,
  seq: number,
): MessageRow | null {
  if (row && (row.deleted_at !== null || (!row.partial && row.imported === null))) return null;
  const before = row?.imported?.removedReactions ?? [];
  if (before.includes(removed) || before.includes(ALL_REACTIONS)) return null;
  const isAll = removed === ALL_REACTIONS || before.length >= MAX_REMOVED_REACTIONS;
  const removedReactions = isAll ? [ALL_REACTIONS] : [...before, removed];
  const known = row ?? { ...unknownMessage(ids.id), ...ids };
  return { ...known, imported: { ...known.imported, removedReactions }, seq };
}

/** Whether an import may add a reaction; `keys`: of the reaction and of its emoji. */
export function mayImportReaction(row: MessageRow | undefined, keys: readonly string[]): boolean {
  if (!row) return true;
  if (row.deleted_at !== null || (!row.partial && row.imported === null)) return false;
  const removed = row.imported?.removedReactions ?? [];
  return !removed.includes(ALL_REACTIONS) && !keys.some((key) => removed.includes(key));
}

interface Layers {
  imported: MessageFields;
  observed: MessageRow | undefined;
}

function layersOf(row: MessageRow): Layers {
  const layers = row.imported?.layers as unknown as Layers | undefined;
  return layers ?? { imported: row as MessageFields, observed: undefined };
}

/** The row of an imported message: what was observed lies over the import. */
function combined(
  row: MessageRow,
  imported: MessageFields,
  observed: MessageRow | undefined,
  seq: number,
): MessageRow {
  const { removedReactions } = row.imported ?? {};
  const fields = observed ? { ...firstRow(imported, seq), ...known(observed) } : firstRow(imported, seq);
  const { revision, created_seq, content_seq } = row;
  const view: MessageRow = {
    ...fields,
    ...{ revision, created_seq, content_seq, partial: false, seq },
    imported: {
      ...(observed && { layers: { imported: fieldsOf(imported), observed: asJson(observed) } }),
      ...(removedReactions && { removedReactions }),
    },
  };
  return withRevision(row, view, seq);
}

const withoutImport = (row: MessageRow): MessageRow => ({ ...row, imported: null });

const known = (row: MessageRow): Partial<MessageRow> =>
  Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));

/** Bookkeeping of a row, which belongs to no layer. */
const BOOKKEEPING: ReadonlySet<string> = new Set([
  'revision',
  'partial',
  'imported',
  'deleted_at',
  'created_seq',
  'content_seq',
  'seq',
] satisfies (keyof MessageRow)[]);

const fieldsOf = (message: MessageFields): JsonObject =>
  asJson(Object.fromEntries(Object.entries(message).filter(([key]) => !BOOKKEEPING.has(key))));

/** Rows consist of JSON values. */
const asJson = (row: object): JsonObject => row as JsonObject;

export type ReactionKeys = { emoji: string; userId: Snowflake; burst: boolean };

export const removedEmoji = (emoji: string): string => `emoji ${emoji}`;
export const removedReaction = ({ emoji, userId, burst }: ReactionKeys): string =>
  `${burst ? 'burst' : 'normal'} ${userId} ${emoji}`;
