import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATEMENTS = [
  `CREATE TABLE scheduled_events (
     id bigint PRIMARY KEY,
     guild_id bigint NOT NULL,
     channel_id bigint,
     creator_id bigint,
     name text,
     description text,
     starts_at timestamptz,
     ends_at timestamptz,
     status int,
     entity_type int,
     location text,
     deleted_at timestamptz,
     seq bigint NOT NULL)`,
  `CREATE INDEX scheduled_events_of_guild ON scheduled_events (guild_id, starts_at) WHERE deleted_at IS NULL`,
];

/** Events that servers have announced. */
export class AddScheduledEvents1764400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE scheduled_events');
  }
}
