import type { Change } from '@discord-relay/contracts';
import * as table from '@discord-relay/read-model';
import { columnList, columnNames, recordDefinition, type Table } from '@discord-relay/read-model';
import type { WorkingSet } from '../fold/index.js';
import type { Statement } from './database.js';
import { appends, erasures } from './append-writer.js';
import { copyInto } from './copy-rows.js';
import { reactionWrites } from './reaction-writer.js';
import { threadMemberWrites } from './thread-member-writer.js';

/**
 * An upsert of any number of rows, given as one JSON array. A row that is newer than what it would be replaced with
 * stays: `seq` never goes back.
 */
function upsert(table: Table): (rows: object[]) => Statement {
  const { name, key } = table;
  const columns = columnList(table);
  const assignments = columnNames(table).map((column) => `${column} = EXCLUDED.${column}`);
  const text = `INSERT INTO ${name} (${columns})
    SELECT ${columns} FROM json_to_recordset($1::json) AS r(${recordDefinition(table)})
    ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments.join(', ')}
    WHERE ${name}.seq < EXCLUDED.seq`;
  return (rows) => ({ name: `upsert_${name}`, text, values: [JSON.stringify(rows)] });
}

const upsertGuilds = upsert(table.GUILDS);
const upsertChannels = upsert(table.CHANNELS);
const upsertRoles = upsert(table.ROLES);
const upsertMembers = upsert(table.MEMBERS);
const upsertVoiceStates = upsert(table.VOICE_STATES);
const upsertMessages = upsert(table.MESSAGES);
/** Most of what is written; the fence sees to it that nobody else adds them meanwhile. */
const copyMessages = copyInto(table.MESSAGES);
const upsertPollVotes = upsert(table.POLL_VOTES);
const upsertPollCounts = upsert(table.POLL_COUNTS);
const upsertGaps = upsert(table.GAPS);
const upsertHeads = upsert(table.FEED_HEADS);

/** Postgres sets `committed_at`. */
const CHANGE_COLUMNS = columnNames(table.CHANGES).filter((name) => name !== 'committed_at');
const copyChanges = copyInto(table.CHANGES, CHANGE_COLUMNS);

const changeRow = ({ guildId, channelId, feed, seq, prev, guildPrev, kind, body }: Change) => ({
  guild_id: guildId,
  channel_id: channelId,
  feed,
  seq,
  prev,
  guild_prev: guildPrev,
  kind,
  body,
});

/** An event that cannot be written, with the reason. */
export type ParkedRow = Omit<table.RowOf<typeof table.PARKED>, 'parked_at'>;

const PARKED_COLUMNS = columnNames(table.PARKED).filter((name) => name !== 'parked_at');

const insertParked = (rows: ParkedRow[]): Statement => ({
  name: 'insert_parked',
  text: `INSERT INTO parked (${columnList(table.PARKED, PARKED_COLUMNS)})
    SELECT * FROM json_to_recordset($1::json) AS r(${recordDefinition(table.PARKED, PARKED_COLUMNS)})
    ON CONFLICT (stream_seq) DO NOTHING`,
  values: [JSON.stringify(rows)],
});

/** The statements that write what a batch changed, those only that have something to write. */
export function writesOf(rows: WorkingSet, parked: ParkedRow[]): Statement[] {
  const statement = <T>(items: T[], write: (items: T[]) => Statement) =>
    items.length > 0 ? [write(items)] : [];
  const { places, people, talk, feeds } = rows;
  return [
    ...statement(places.guilds.dirty(), upsertGuilds),
    ...statement(places.channels.dirty(), upsertChannels),
    ...statement(people.roles.dirty(), upsertRoles),
    ...statement(people.members.dirty(), upsertMembers),
    ...statement(people.voice.dirty(), upsertVoiceStates),
    ...statement(talk.messages.added(), copyMessages),
    ...statement(talk.messages.replaced(), upsertMessages),
    ...erasures(talk),
    ...statement(talk.polls.dirtyVotes(), upsertPollVotes),
    ...statement(talk.polls.dirtyCounts(), upsertPollCounts),
    ...reactionWrites(talk.reactions),
    ...threadMemberWrites(places.threadMembers),
    ...appends(rows),
    ...statement(rows.gaps.dirty(), upsertGaps),
    ...statement(feeds.changes.map(changeRow), copyChanges),
    ...statement(feeds.heads.dirty(), upsertHeads),
    ...statement(parked, insertParked),
  ];
}
