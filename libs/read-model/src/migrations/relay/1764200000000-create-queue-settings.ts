import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateQueueSettings1764200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE queue_settings (
        guild_id             bigint PRIMARY KEY,
        staff_role_ids       bigint[] NOT NULL,
        channel_ids          bigint[] NOT NULL,
        message_channel_ids  bigint[] NOT NULL,
        solved_tag_ids       bigint[] NOT NULL,
        solved_when_archived boolean NOT NULL,
        revision             int NOT NULL,
        updated_by           text NOT NULL,
        updated_at           timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE queue_settings');
  }
}
