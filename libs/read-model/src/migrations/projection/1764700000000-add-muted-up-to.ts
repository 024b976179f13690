import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AddMutedUpTo1764700000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE checkpoints ADD COLUMN muted_up_to bigint`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE checkpoints DROP COLUMN muted_up_to`);
  }
}
