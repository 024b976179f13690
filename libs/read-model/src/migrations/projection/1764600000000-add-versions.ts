import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE row_versions (
     of_table text COLLATE "C" NOT NULL,
     guild_id bigint NOT NULL,
     id bigint NOT NULL,
     until_seq bigint NOT NULL,
     before jsonb,
     PRIMARY KEY (of_table, guild_id, id, until_seq))`,
  `CREATE TABLE message_versions (
     message_id bigint NOT NULL,
     until_seq bigint NOT NULL,
     channel_id bigint NOT NULL,
     before jsonb NOT NULL,
     PRIMARY KEY (message_id, until_seq))`,
  `CREATE INDEX message_versions_of_channel ON message_versions (channel_id, until_seq)`,
  `CREATE TABLE past_reactions (
     message_id bigint NOT NULL,
     emoji_key text COLLATE "C" NOT NULL,
     user_id bigint NOT NULL,
     burst boolean NOT NULL,
     seq bigint NOT NULL,
     until_seq bigint NOT NULL,
     PRIMARY KEY (message_id, emoji_key, user_id, burst, until_seq))`,
  `CREATE TABLE poll_count_versions (
     message_id bigint NOT NULL,
     answer_id int NOT NULL,
     until_seq bigint NOT NULL,
     votes int,
     PRIMARY KEY (message_id, answer_id, until_seq))`,
  `ALTER TABLE reactions ADD COLUMN seq bigint NOT NULL`,
  `ALTER TABLE thread_members ADD COLUMN seq bigint NOT NULL`,
  `DROP INDEX messages_history`,
  `CREATE INDEX messages_history ON messages (channel_id, id DESC, created_seq) WHERE deleted_at IS NULL`,
  `CREATE INDEX messages_deleted ON messages (channel_id, id DESC, created_seq, seq) WHERE deleted_at IS NOT NULL`,
];

const DOWN = [
  `DROP INDEX messages_deleted`,
  `DROP INDEX messages_history`,
  `CREATE INDEX messages_history ON messages (channel_id, id DESC) WHERE deleted_at IS NULL`,
  `ALTER TABLE thread_members DROP COLUMN seq`,
  `ALTER TABLE reactions DROP COLUMN seq`,
  `DROP TABLE poll_count_versions, past_reactions, message_versions, row_versions`,
];

/** Former rows, for reads of the state at an earlier sequence. Its tables are empty when it runs: see `SHAPE`. */
export class AddVersions1764600000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await queryRunner.query(statement);
  }
}
