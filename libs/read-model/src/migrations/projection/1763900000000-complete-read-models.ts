import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE channels
    ADD last_pin_at          timestamptz,
    ADD user_limit           int,
    ADD bitrate              int,
    ADD status               text,
    ADD owner_id             bigint,
    ADD archived             boolean,
    ADD locked               boolean,
    ADD invitable            boolean,
    ADD archive_changed_at   timestamptz,
    ADD auto_archive_minutes int,
    ADD thread_created_at    timestamptz,
    ADD applied_tag_ids      bigint[],
    ADD message_count        int,
    ADD member_count         int`,
  `CREATE INDEX threads_of_channel ON channels (parent_id) WHERE archived IS NOT NULL`,
  `CREATE TABLE thread_members (
    thread_id bigint NOT NULL,
    user_id   bigint NOT NULL,
    PRIMARY KEY (thread_id, user_id)
  )`,
  `CREATE TABLE roles (
    id          bigint PRIMARY KEY,
    guild_id    bigint NOT NULL,
    name        text,
    permissions numeric(20),
    position    int,
    color       int,
    hoist       boolean,
    managed     boolean,
    mentionable boolean,
    deleted_at  timestamptz,
    seq         bigint NOT NULL
  )`,
  `CREATE INDEX roles_of_guild ON roles (guild_id)`,
  `CREATE TABLE members (
    guild_id        bigint NOT NULL,
    user_id         bigint NOT NULL,
    username        text,
    profile         jsonb,
    nick            text,
    role_ids        bigint[] NOT NULL,
    joined_at       timestamptz,
    timed_out_until timestamptz,
    pending         boolean,
    flags           bigint,
    avatar          text,
    left_at         timestamptz,
    seq             bigint NOT NULL,
    PRIMARY KEY (guild_id, user_id)
  )`,
  `CREATE INDEX memberships_of_user ON members (user_id)`,
  `CREATE TABLE voice_states (
    guild_id   bigint NOT NULL,
    user_id    bigint NOT NULL,
    channel_id bigint,
    since      timestamptz,
    username   text,
    state      jsonb,
    seq        bigint NOT NULL,
    PRIMARY KEY (guild_id, user_id)
  )`,
  `CREATE INDEX inside_room ON voice_states (channel_id) WHERE channel_id IS NOT NULL`,
  `ALTER TABLE messages
    ADD components  jsonb,
    ADD stickers    jsonb,
    ADD poll        jsonb,
    ADD mentions    jsonb,
    ADD revision    int NOT NULL DEFAULT 0,
    ADD created_seq bigint,
    ADD content_seq bigint`,
  `CREATE INDEX messages_pinned ON messages (channel_id, id DESC) WHERE pinned AND deleted_at IS NULL`,
  `CREATE TABLE message_revisions (
    message_id bigint NOT NULL,
    revision   int NOT NULL,
    content    text,
    edited_at  timestamptz,
    seq        bigint NOT NULL,
    PRIMARY KEY (message_id, revision)
  )`,
  `CREATE TABLE poll_votes (
    message_id bigint NOT NULL,
    answer_id  int NOT NULL,
    user_id    bigint NOT NULL,
    present    boolean NOT NULL,
    seq        bigint NOT NULL,
    PRIMARY KEY (message_id, answer_id, user_id)
  )`,
  `CREATE TABLE poll_counts (
    message_id bigint NOT NULL,
    answer_id  int NOT NULL,
    votes      int NOT NULL,
    reported   boolean NOT NULL,
    seq        bigint NOT NULL,
    PRIMARY KEY (message_id, answer_id)
  )`,
  `CREATE TABLE reaction_counts (
    message_id  bigint NOT NULL,
    emoji_key   text COLLATE "C" NOT NULL,
    count       int NOT NULL,
    burst_count int NOT NULL,
    PRIMARY KEY (message_id, emoji_key)
  )`,
  `INSERT INTO reaction_counts
    SELECT message_id, emoji_key, count(*), count(*) FILTER (WHERE burst) FROM reactions GROUP BY 1, 2`,
  `CREATE TABLE hourly_counts (
    channel_id bigint NOT NULL,
    hour       timestamptz NOT NULL,
    guild_id   bigint NOT NULL,
    messages   int NOT NULL,
    edits      int NOT NULL,
    deletions  int NOT NULL,
    reactions  int NOT NULL,
    PRIMARY KEY (channel_id, hour)
  ) WITH (fillfactor = 70)`,
  `CREATE TABLE stream_positions (
    guild_id bigint NOT NULL,
    hour     timestamptz NOT NULL,
    seq      bigint NOT NULL,
    PRIMARY KEY (guild_id, hour)
  )`,
];

const DOWN = [
  `DROP TABLE stream_positions, hourly_counts, reaction_counts, poll_counts, poll_votes, message_revisions,
    voice_states, members, roles, thread_members`,
  `DROP INDEX messages_pinned, threads_of_channel`,
  `ALTER TABLE messages
    DROP components, DROP stickers, DROP poll, DROP mentions, DROP revision, DROP created_seq, DROP content_seq`,
  `ALTER TABLE channels
    DROP last_pin_at, DROP user_limit, DROP bitrate, DROP status, DROP owner_id, DROP archived, DROP locked,
    DROP invitable, DROP archive_changed_at, DROP auto_archive_minutes, DROP thread_created_at,
    DROP applied_tag_ids, DROP message_count, DROP member_count`,
];

export class CompleteReadModels1763900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
