import * as table from '@discord-relay/read-model';
import { type LoadedRows, type MemberKeys, noRows, type Touched } from '../fold/index.js';
import type { Statement } from './database.js';
import type { QueryResult } from 'pg';

export interface Read {
  statement: Statement;
  into: (rows: Raw[], loaded: LoadedRows) => void;
}

type Raw = Record<string, unknown>;

/** The statements that load what a batch touches, those only that have something to load. */
export function readsOf(touched: Touched): Read[] {
  const { channels, channelsOfGuilds, roles, rolesOfGuilds, voice, voiceOfGuilds } = touched;
  const reads: [number, (touched: Touched) => Read][] = [
    [touched.messages.size, messagesRead],
    [touched.reactedMessages.size, deletedMessagesRead],
    [touched.reactions.length, reactionsRead],
    [touched.votes.size, votesRead],
    [touched.polls.size, pollCountsRead],
    [channels.size + channelsOfGuilds.size, channelsRead],
    [roles.size + rolesOfGuilds.size, rolesRead],
    [touched.members.size, membersRead],
    [touched.memberRanges.length, unlistedMembersRead],
    [voice.size, voiceRead],
    [voiceOfGuilds.size, voiceOfGuildsRead],
    [touched.guilds.size, guildsRead],
    [touched.heads.size, headsRead],
    [touched.gaps.size, gapsRead],
  ];
  return reads.filter(([size]) => size > 0).map(([, read]) => read(touched));
}

/** The rows that the answers to {@link readsOf} hold, in the same order. */
export function loadedRows(reads: Read[], answers: QueryResult[]): LoadedRows {
  const loaded = noRows();
  reads.forEach((read, i) => read.into(answers[i]!.rows as Raw[], loaded));
  return loaded;
}

/** Reads whole rows of a table into one of the lists; `name` is the statement's. */
function rowsRead<T extends table.Table>(
  [name, list]: [name: string, list: keyof LoadedRows],
  of: T,
  where: string,
  from: string = of.name,
): (...values: unknown[]) => Read {
  const text = `SELECT ${table.columnList(of)} FROM ${from} WHERE ${where}`;
  const toRow = table.rowReader(of);
  return (...values) => ({
    statement: { name, text, values },
    into: (rows, loaded) => {
      const into: unknown[] = loaded[list];
      for (const row of rows) into.push(toRow(row));
    },
  });
}

const readMessages = rowsRead(['read_messages', 'messages'], table.MESSAGES, 'id = ANY($1::bigint[])');
const messagesRead = (touched: Touched): Read => readMessages([...touched.messages]);

const BY_ID_OR_GUILD = 'id = ANY($1::bigint[]) OR guild_id = ANY($2::bigint[])';
const readChannels = rowsRead(['read_channels', 'channels'], table.CHANNELS, BY_ID_OR_GUILD);
const channelsRead = (touched: Touched): Read =>
  readChannels([...touched.channels], [...touched.channelsOfGuilds]);

const readRoles = rowsRead(['read_roles', 'roles'], table.ROLES, BY_ID_OR_GUILD);
const rolesRead = (touched: Touched): Read => readRoles([...touched.roles], [...touched.rolesOfGuilds]);

const BY_MEMBER = '(guild_id, user_id) IN (SELECT * FROM unnest($1::bigint[], $2::bigint[]))';
const readMembers = rowsRead(['read_members', 'members'], table.MEMBERS, BY_MEMBER);
const membersRead = (touched: Touched): Read => readMembers(...pairsOf(touched.members));

/** Only those who are not listed are looked at: of a list that is up to date there are none. */
const readUnlistedMembers = rowsRead(
  ['read_unlisted_members', 'members'],
  table.MEMBERS,
  'left_at IS NULL AND user_id <> ALL(keep)',
  `json_to_recordset($1::json) AS r("guildId" bigint, "afterId" bigint, "upToId" bigint, keep bigint[])
     JOIN members ON guild_id = "guildId" AND user_id > "afterId" AND user_id <= "upToId"`,
);
const unlistedMembersRead = ({ memberRanges }: Touched): Read =>
  readUnlistedMembers(JSON.stringify(memberRanges));

const readVoice = rowsRead(['read_voice_states', 'voice'], table.VOICE_STATES, BY_MEMBER);
const voiceRead = (touched: Touched): Read => readVoice(...pairsOf(touched.voice));

const readVoiceOfGuilds = rowsRead(
  ['read_voice_of_guilds', 'voice'],
  table.VOICE_STATES,
  'guild_id = ANY($1::bigint[]) AND channel_id IS NOT NULL',
);
const voiceOfGuildsRead = (touched: Touched): Read => readVoiceOfGuilds([...touched.voiceOfGuilds]);

const readGuilds = rowsRead(['read_guilds', 'guilds'], table.GUILDS, 'id = ANY($1::bigint[])');
const guildsRead = (touched: Touched): Read => readGuilds([...touched.guilds]);

const readHeads = rowsRead(['read_feed_heads', 'heads'], table.FEED_HEADS, 'feed = ANY($1::text[])');
const headsRead = (touched: Touched): Read => readHeads([...touched.heads]);

const BY_GAP = 'gap_id = ANY($1::text[]) AND guild_id = ANY($2::bigint[])';
const readGaps = rowsRead(['read_gaps', 'gaps'], table.GAPS, BY_GAP);
const gapsRead = ({ gaps }: Touched): Read =>
  readGaps(
    [...gaps.values()].map((gap) => gap.gap_id),
    [...gaps.values()].map((gap) => gap.guild_id),
  );

const BY_VOTE =
  '(message_id, answer_id, user_id) IN (SELECT * FROM unnest($1::bigint[], $2::int[], $3::bigint[]))';
const readVotes = rowsRead(['read_poll_votes', 'votes'], table.POLL_VOTES, BY_VOTE);
const votesRead = ({ votes }: Touched): Read => {
  const keys = [...votes.values()];
  return readVotes(
    keys.map((key) => key.message_id),
    keys.map((key) => key.answer_id),
    keys.map((key) => key.user_id),
  );
};

const readPollCounts = rowsRead(
  ['read_poll_counts', 'pollCounts'],
  table.POLL_COUNTS,
  'message_id = ANY($1::bigint[])',
);
const pollCountsRead = (touched: Touched): Read => readPollCounts([...touched.polls]);

const readReactions = rowsRead(
  ['read_reactions', 'reactions'],
  table.REACTIONS,
  `(message_id, emoji_key, user_id, burst) IN
     (SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::boolean[]))`,
);
const reactionsRead = ({ reactions }: Touched): Read =>
  readReactions(
    reactions.map((row) => row.message_id),
    reactions.map((row) => row.emoji_key),
    reactions.map((row) => row.user_id),
    reactions.map((row) => row.burst),
  );

const deletedMessagesRead = (touched: Touched): Read => ({
  statement: {
    name: 'read_deleted_messages',
    text: 'SELECT id FROM messages WHERE id = ANY($1::bigint[]) AND deleted_at IS NOT NULL',
    values: [[...touched.reactedMessages]],
  },
  into: (rows, loaded) => {
    loaded.deletedMessages = rows.map((row) => row.id as LoadedRows['deletedMessages'][number]);
  },
});

function pairsOf(keys: Map<string, MemberKeys>): [unknown[], unknown[]] {
  const pairs = [...keys.values()];
  return [pairs.map((pair) => pair.guild_id), pairs.map((pair) => pair.user_id)];
}
