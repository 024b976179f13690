import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE moderation (
     id bigint PRIMARY KEY,
     guild_id bigint NOT NULL,
     kind text NOT NULL,
     at timestamptz NOT NULL,
     moderator_id bigint,
     target_id bigint,
     channel_id bigint,
     reason text,
     until timestamptz,
     count int,
     added_role_ids bigint[],
     removed_role_ids bigint[],
     rule_id bigint,
     rule_name text,
     entry_id bigint,
     event_id text,
     reported_at timestamptz NOT NULL,
     seq bigint NOT NULL)`,
  `CREATE INDEX moderation_of_guild ON moderation (guild_id, id DESC)`,
  `CREATE INDEX moderation_by_target ON moderation (guild_id, target_id, id DESC)`,
  `CREATE INDEX moderation_by_moderator ON moderation (guild_id, moderator_id, id DESC)`,
  `CREATE INDEX moderation_unpaired ON moderation (guild_id, target_id, reported_at)
     WHERE entry_id IS NULL OR event_id IS NULL`,
  `CREATE UNIQUE INDEX moderation_entries ON moderation (entry_id) WHERE entry_id IS NOT NULL`,
  `CREATE UNIQUE INDEX moderation_events ON moderation (event_id) WHERE event_id IS NOT NULL`,
];

/** What moderators and AutoMod did. */
export class AddModeration1764200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE moderation');
  }
}
