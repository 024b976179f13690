import type { MigrationInterface, QueryRunner } from 'typeorm';

const UP = [
  // No sequence: an event states that a user reacted or did not, regardless of earlier events.
  `CREATE TABLE reactions (
    message_id bigint NOT NULL,
    emoji_key  text COLLATE "C" NOT NULL,
    user_id    bigint NOT NULL,
    burst      boolean NOT NULL,
    PRIMARY KEY (message_id, emoji_key, user_id, burst)
  )`,
  `CREATE TABLE gaps (
    gap_id         text COLLATE "C" NOT NULL,
    guild_id       bigint NOT NULL,
    shard_id       int,
    cause          text,
    opened_at      timestamptz,
    from_time      timestamptz,
    from_snowflake bigint,
    to_time        timestamptz,
    to_snowflake   bigint,
    closed_at      timestamptz,
    recovered      jsonb,
    unrecoverable  text[],
    channels       jsonb,
    seq            bigint NOT NULL,
    PRIMARY KEY (gap_id, guild_id)
  )`,
  `CREATE INDEX gaps_of_guild ON gaps (guild_id, opened_at)`,
];

export class AddReactionsAndGaps1763800000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of UP) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE gaps, reactions');
  }
}
