import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an HTML export that continues after an interruption needs for its list of files. */
export class AddPartsOfExportFiles1764310000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE export_files ADD COLUMN parts json');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE export_files DROP COLUMN parts');
  }
}
