import {
  type ModerationEntry,
  type ModerationKind,
  type RelayEventOf,
  type Snowflake,
  snowflakeTimeMs,
} from '@discord-relay/contracts';
import { MODERATION, type RowOf } from '@discord-relay/read-model/tables';
import type { EventOf, EventSlice } from '../shared/event-slice.js';
import { type FeedChain, requireGuildFeed } from '../shared/feed-chain.js';
import { isAbsentOrStorable, isStorable } from '../shared/ids.js';
import { iso } from '../shared/iso.js';
import { keysOf } from '../shared/parking.js';
import type { IndependentModel, RowModel } from '../shared/row-model.js';
import type { LoadedRows, RowRead } from '../shared/row-read.js';
import { RowSet } from '../shared/row-set.js';
import { type RowWrite, upsert } from '../shared/row-write.js';
import { sameJson } from '../shared/same-json.js';

type ModerationRow = RowOf<typeof MODERATION>;
/** One report by Discord about an action: an entry of the audit log (`entry_id`), or a separate event (`event_id`). */
type Report = Omit<ModerationRow, 'id' | 'seq'>;
export type ModerationOp = { model: 'moderation'; report: Report };

type AuditEvent = RelayEventOf<'audit_log.entry_created'>;
type ActionEvent = EventOf<'ban'> | RelayEventOf<'automod.action_executed'>;

/** By the audit log's action number. */
const KIND_OF_ENTRY: ReadonlyMap<number, ModerationKind> = new Map([
  [20, 'kick'],
  [21, 'prune'],
  [22, 'ban'],
  [23, 'unban'],
  [25, 'role_change'],
  [72, 'message_delete'],
  [73, 'message_bulk_delete'],
  [143, 'automod_block'],
  [144, 'automod_alert'],
  [145, 'automod_timeout'],
  [146, 'automod_quarantine'],
]);
const MEMBER_UPDATE = 24;

/** By the action number of an AutoMod rule. */
const KIND_OF_RULE_ACTION: ReadonlyMap<number | null | undefined, ModerationKind> = new Map([
  [1, 'automod_block'],
  [2, 'automod_alert'],
  [3, 'automod_timeout'],
  [4, 'automod_quarantine'],
]);

/** Both reports of an action come over the same session, at most this far apart. */
const PAIRING_MS = 60_000;

const isAutomod = (kind: ModerationKind): boolean => kind.startsWith('automod_');
const isReportedTwice = (kind: ModerationKind): boolean =>
  kind === 'ban' || kind === 'unban' || isAutomod(kind);

const NOTHING = {
  ...{ moderator_id: null, target_id: null, channel_id: null, reason: null, until: null, count: null },
  ...{ added_role_ids: null, removed_role_ids: null, rule_id: null, rule_name: null },
  ...{ entry_id: null, event_id: null },
} as const;

function kindOfEntry({ actionType, timedOutUntil }: AuditEvent['data']): ModerationKind | undefined {
  if (actionType !== MEMBER_UPDATE) return KIND_OF_ENTRY.get(actionType);
  if (timedOutUntil === undefined) return undefined;
  return timedOutUntil === null ? 'timeout_removed' : 'timeout';
}

function reportOfEntry({ data, receivedat }: AuditEvent): Report | undefined {
  const kind = kindOfEntry(data);
  if (!kind) return undefined;
  const { targetId = null, channelId = null, userId = null } = data;
  // The target of a bulk deletion is the channel.
  const isOfChannel = kind === 'message_bulk_delete';
  return {
    ...{ ...NOTHING, kind, entry_id: data.id, guild_id: data.guildId, reported_at: iso(receivedat) },
    at: new Date(snowflakeTimeMs(data.id)).toISOString(),
    moderator_id: isAutomod(kind) ? null : userId,
    target_id: isOfChannel ? null : targetId,
    channel_id: isOfChannel ? (channelId ?? targetId) : channelId,
    reason: data.reason ?? null,
    until: data.timedOutUntil ?? null,
    count: data.count ?? null,
    added_role_ids: data.addedRoleIds ?? null,
    removed_role_ids: data.removedRoleIds ?? null,
    rule_name: data.ruleName ?? null,
  };
}

function reportOfAction(event: ActionEvent, at: string): Report | undefined {
  const { id, guildid: guild_id, receivedat } = event;
  const report = { ...NOTHING, at, guild_id, event_id: id, reported_at: iso(receivedat) };
  if (event.type !== 'automod.action_executed')
    return { ...report, kind: event.type === 'ban.added' ? 'ban' : 'unban', target_id: event.data.user.id };
  const { actionType, userId, channelId = null, ruleId } = event.data;
  const kind = KIND_OF_RULE_ACTION.get(actionType);
  return kind && { ...report, kind, target_id: userId, channel_id: channelId, rule_id: ruleId };
}

export const moderationEvents: EventSlice<AuditEvent | ActionEvent, ModerationOp> = {
  fold: (event, at) => {
    const isEntry = event.type === 'audit_log.entry_created';
    const report = isEntry ? reportOfEntry(event) : reportOfAction(event, at);
    return report ? [{ model: 'moderation', report }] : [];
  },
  hasStorableIds: ({ type, data }) => {
    if (type !== 'audit_log.entry_created') return isStorable('user' in data ? data.user.id : data.userId);
    const { id, userId, targetId, channelId, addedRoleIds = [], removedRoleIds = [] } = data;
    return (
      isStorable(id) &&
      [userId, targetId, channelId, ...addedRoleIds, ...removedRoleIds].every(isAbsentOrStorable)
    );
  },
  // Both reports of an action have this key, so that they are applied in the order of the log.
  parkingKeys: ({ data, guildId }) =>
    keysOf(`moderation:${guildId}`, data.targetId ?? data.user?.id ?? data.userId),
};

const READ_REPORTED: RowRead<typeof MODERATION, [Snowflake | null, string | null]> = {
  name: 'read_moderation_reported',
  table: MODERATION,
  where: 'entry_id = ANY($1::bigint[]) OR event_id = ANY($2::text[])',
};

type UnpairedKey = [guildId: Snowflake, kind: ModerationKind, targetId: Snowflake | null, reportedAt: string];

const READ_UNPAIRED: RowRead<typeof MODERATION, UnpairedKey> = {
  name: 'read_moderation_unpaired',
  table: MODERATION,
  where: `(guild_id, kind, target_id) IN (SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[]))
    AND (entry_id IS NULL OR event_id IS NULL) AND reported_at >= $4`,
  parameters: (keys) => {
    const first = Math.min(...keys.map(([, , , reportedAt]) => Date.parse(reportedAt)));
    const columns = [0, 1, 2].map((part) => keys.map((key) => key[part]));
    return [...columns, new Date(first - PAIRING_MS).toISOString()];
  },
};

/** Entries of the moderation log; the two reports of an action become one entry, in either order. See ADR 41. */
class ModerationSet implements RowModel<ModerationOp> {
  readonly rows: RowSet<number, ModerationRow>;
  private readonly reported = new Set<string>();
  /** Ids of rows with one report so far, in the order of the log. */
  private readonly unpaired = new Map<string, Set<number>>();

  constructor(
    loaded: LoadedRows,
    private readonly feeds: FeedChain,
  ) {
    this.rows = new RowSet(loaded.of(READ_REPORTED, READ_UNPAIRED), ({ id }) => id);
    for (const row of this.rows.all().sort((a, b) => a.id - b.id)) this.index(row);
  }

  apply({ report }: ModerationOp, seq: number): void {
    if (keysOfReports(report).some((key) => this.reported.has(key))) return;
    const before = this.otherReportOf(report);
    const after = before ? { ...merged(before, report), id: before.id, seq } : { ...report, id: seq, seq };
    this.rows.set(after.id, after);
    this.index(after);
    if (before && sameJson(entryOf(before), entryOf(after))) return;
    this.feeds.announce(after.guild_id, null, seq, () => ({
      kind: 'moderation.recorded',
      body: entryOf(after),
    }));
  }

  writes(): RowWrite[] {
    return [upsert(MODERATION, this.rows.dirty())];
  }

  private otherReportOf(report: Report): ModerationRow | undefined {
    const ids = this.unpaired.get(actionOf(report)) ?? [];
    return [...ids].map((id) => this.rows.get(id)!).find((row) => isOtherReport(row, report));
  }

  private index(row: ModerationRow): void {
    for (const key of keysOfReports(row)) this.reported.add(key);
    if (!isReportedTwice(row.kind)) return;
    const ids = this.unpaired.get(actionOf(row)) ?? new Set();
    if (row.entry_id !== null && row.event_id !== null) ids.delete(row.id);
    else ids.add(row.id);
    this.unpaired.set(actionOf(row), ids);
  }
}

const actionOf = ({ guild_id, kind, target_id }: Report): string => `${guild_id} ${kind} ${target_id}`;

const keysOfReports = ({ entry_id, event_id }: Report): string[] => [
  ...(entry_id === null ? [] : [`entry ${entry_id}`]),
  ...(event_id === null ? [] : [`event ${event_id}`]),
];

function isOtherReport(row: ModerationRow, report: Report): boolean {
  const isMissing = report.entry_id === null ? row.event_id === null : row.entry_id === null;
  const apartMs = Math.abs(Date.parse(row.reported_at) - Date.parse(report.reported_at));
  const channelIds = new Set([row.channel_id, report.channel_id].filter((id) => id !== null));
  return isMissing && apartMs <= PAIRING_MS && channelIds.size <= 1;
}

/** The audit log wins where both reports have a value. */
function merged(a: Report, b: Report): Report {
  const [entry, event] = a.entry_id === null ? [b, a] : [a, b];
  const reported_at = a.reported_at < b.reported_at ? a.reported_at : b.reported_at;
  const columns = Object.keys(NOTHING) as (keyof typeof NOTHING)[];
  const known = Object.fromEntries(columns.map((name) => [name, entry[name] ?? event[name]]));
  return { ...entry, ...known, reported_at };
}

const entryOf = (row: ModerationRow): ModerationEntry => ({
  id: String(row.id),
  guildId: row.guild_id,
  kind: row.kind,
  at: row.at,
  moderatorId: row.moderator_id,
  targetId: row.target_id,
  channelId: row.channel_id,
  reason: row.reason,
  until: row.until,
  count: row.count,
  addedRoleIds: row.added_role_ids,
  removedRoleIds: row.removed_role_ids,
  ruleId: row.rule_id,
  ruleName: row.rule_name,
});

export const moderationModel = {
  requires: ({ report }, required) => {
    const { guild_id, kind, target_id, reported_at, entry_id, event_id } = report;
    required.add(READ_REPORTED, entry_id, event_id);
    if (isReportedTwice(kind)) required.add(READ_UNPAIRED, guild_id, kind, target_id, reported_at);
    requireGuildFeed(required, guild_id);
  },
  create: (loaded, feeds) => new ModerationSet(loaded, feeds),
} satisfies IndependentModel<ModerationOp>;
