import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddTimeOfCheckpoint1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE checkpoints ADD COLUMN seq_stored_at timestamptz`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE checkpoints DROP COLUMN seq_stored_at`);
  }
}
