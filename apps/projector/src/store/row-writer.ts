import type { Change } from '@discord-relay/contracts';
import type { WorkingSet } from '../fold/index.js';
import type { Statement } from './database.js';
import { appends, erasures } from './append-writer.js';
import * as table from './columns.js';
import { copyInto } from './copy-rows.js';
import { reactionWrites } from './reaction-writer.js';
import { threadMemberWrites } from './thread-member-writer.js';

/**
 * An upsert of any number of rows, given as one JSON array. A row that is newer than what it would be replaced with
 * stays: `seq` never goes back.
 */
function upsert(name: string, key: string, columns: table.Columns): (rows: object[]) => Statement {
  const names = Object.keys(columns);
  const text = `INSERT INTO ${name} (${names.join(', ')})
    SELECT ${names.join(', ')} FROM json_to_recordset($1::json) AS r(${table.definitionOf(columns)})
    ON CONFLICT (${key}) DO UPDATE SET ${names.map((column) => `${column} = EXCLUDED.${column}`).join(', ')}
    WHERE ${name}.seq < EXCLUDED.seq`;
  return (rows) => ({ name: `upsert_${name}`, text, values: [JSON.stringify(rows)] });
}

const upsertGuilds = upsert('guilds', 'id', table.GUILDS);
const upsertChannels = upsert('channels', 'id', table.CHANNELS);
const upsertRoles = upsert('roles', 'id', table.ROLES);
const upsertMembers = upsert('members', 'guild_id, user_id', table.MEMBERS);
const upsertVoiceStates = upsert('voice_states', 'guild_id, user_id', table.VOICE_STATES);
const upsertMessages = upsert('messages', 'id', table.MESSAGES);
/** Most of what is written; the fence sees to it that nobody else adds them meanwhile. */
const copyMessages = copyInto('messages', table.MESSAGES);
const upsertPollVotes = upsert('poll_votes', 'message_id, answer_id, user_id', table.POLL_VOTES);
const upsertPollCounts = upsert('poll_counts', 'message_id, answer_id', table.POLL_COUNTS);
const upsertGaps = upsert('gaps', 'gap_id, guild_id', table.GAPS);
const upsertHeads = upsert('feed_heads', 'feed', table.FEED_HEADS);

const CHANGE_COLUMNS = {
  guild_id: 'bigint',
  channel_id: 'bigint',
  feed: 'text',
  seq: 'bigint',
  prev: 'bigint',
  guild_prev: 'bigint',
  kind: 'text',
  body: 'json',
};

const copyChanges = copyInto('changes', CHANGE_COLUMNS);

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
export interface ParkedRow {
  stream_seq: number;
  partition: number;
  subject: string;
  event_id: string;
  /** What it is about. */
  keys: string[];
  code: string;
  message: string;
  payload: string;
}

const insertParked = (rows: ParkedRow[]): Statement => ({
  name: 'insert_parked',
  text: `INSERT INTO parked (stream_seq, partition, subject, event_id, keys, code, message, payload)
    SELECT * FROM json_to_recordset($1::json)
      AS r(stream_seq bigint, partition int, subject text, event_id text, keys text[], code text, message text,
             payload text)
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
