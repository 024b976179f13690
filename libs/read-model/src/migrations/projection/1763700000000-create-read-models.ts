import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE guilds (
    id        bigint PRIMARY KEY,
    name      text,
    icon      text,
    owner_id  bigint,
    available boolean NOT NULL,
    left_at   timestamptz,
    seq       bigint NOT NULL
  )`,
  `CREATE TABLE channels (
    id         bigint PRIMARY KEY,
    guild_id   bigint NOT NULL,
    type       int,
    name       text,
    topic      text,
    position   int,
    parent_id  bigint,
    nsfw       boolean,
    overwrites jsonb,
    deleted_at timestamptz,
    seq        bigint NOT NULL
  )`,
  `CREATE INDEX channels_of_guild ON channels (guild_id)`,
  `CREATE TABLE messages (
    id              bigint PRIMARY KEY,
    channel_id      bigint NOT NULL,
    guild_id        bigint NOT NULL,
    author_id       bigint,
    author_username text,
    author          jsonb,
    content         text,
    created_at      timestamptz NOT NULL,
    edited_at       timestamptz,
    type            int,
    flags           bigint,
    pinned          boolean,
    webhook_id      bigint,
    attachments     jsonb,
    embeds          jsonb,
    reference       jsonb,
    partial         boolean NOT NULL,
    deleted_at      timestamptz,
    seq             bigint NOT NULL
  )`,
  `CREATE INDEX messages_history ON messages (channel_id, id DESC) WHERE deleted_at IS NULL`,
  // Partitioned so that old changes are removed by DROP TABLE. The default partition receives rows of hours without a
  // partition.
  `CREATE TABLE changes (
    guild_id     bigint NOT NULL,
    channel_id   bigint,
    feed         text NOT NULL,
    seq          bigint NOT NULL,
    prev         bigint NOT NULL,
    guild_prev   bigint NOT NULL,
    kind         text NOT NULL,
    body         json NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT now()
  ) PARTITION BY RANGE (committed_at)`,
  `CREATE INDEX changes_of_guild ON changes (guild_id, seq)`,
  `CREATE INDEX changes_of_feed ON changes (feed, seq)`,
  `CREATE TABLE changes_default PARTITION OF changes DEFAULT`,
  // Rewritten with every commit: free space on the page keeps those updates off the index (HOT).
  `CREATE TABLE checkpoints (
    "partition"       int PRIMARY KEY,
    seq               bigint NOT NULL,
    epoch             bigint NOT NULL,
    owner             text,
    stream_created_at text,
    lease_until       timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL
  ) WITH (fillfactor = 20)`,
  `CREATE TABLE feed_heads (
    feed     text COLLATE "C" PRIMARY KEY,
    seq      bigint NOT NULL,
    guild_id bigint NOT NULL
  ) WITH (fillfactor = 50)`,
  `CREATE TABLE parked (
    stream_seq  bigint PRIMARY KEY,
    "partition" int NOT NULL,
    subject     text NOT NULL,
    event_id    text NOT NULL,
    code        text NOT NULL,
    message     text NOT NULL,
    payload     text NOT NULL,
    parked_at   timestamptz NOT NULL DEFAULT now()
  )`,
];

const TABLES = ['parked', 'feed_heads', 'checkpoints', 'changes', 'messages', 'channels', 'guilds'];

export class CreateReadModels1763700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of TABLES) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
