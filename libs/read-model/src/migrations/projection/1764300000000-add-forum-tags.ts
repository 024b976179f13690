import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tags of forums: posts have only their ids. */
export class AddForumTags1764300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE channels ADD available_tags jsonb`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE channels DROP available_tags`);
  }
}
