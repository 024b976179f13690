import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known from imported exports. */
export class AddImports1764500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE messages ADD COLUMN imported jsonb');
    await queryRunner.query('ALTER TABLE reactions ADD COLUMN imported boolean NOT NULL DEFAULT false');
    await queryRunner.query('ALTER TABLE channels ADD COLUMN imported boolean NOT NULL DEFAULT false');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE channels DROP COLUMN imported');
    await queryRunner.query('ALTER TABLE reactions DROP COLUMN imported');
    await queryRunner.query('ALTER TABLE messages DROP COLUMN imported');
  }
}
