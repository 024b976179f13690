import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Log-ins, service tokens and the audit log. Only SHA-256 hashes of tokens are stored. */
export class AddAuth1764000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE sessions (
        id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id       bigint NOT NULL,
        username      text NOT NULL,
        avatar        text,
        family_hash   bytea NOT NULL UNIQUE,
        token_hash    bytea NOT NULL,
        previous_hash bytea,
        created_at    timestamptz NOT NULL DEFAULT now(),
        rotated_at    timestamptz NOT NULL DEFAULT now(),
        expires_at    timestamptz NOT NULL,
        revoked_at    timestamptz,
        revoked_why   text CHECK (revoked_why IN ('logout', 'reuse')),
        CHECK ((revoked_at IS NULL) = (revoked_why IS NULL))
      )`);
    await queryRunner.query(`CREATE INDEX sessions_expiry ON sessions (expires_at)`);
    await queryRunner.query(`
      CREATE TABLE service_tokens (
        id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        token_hash bytea NOT NULL UNIQUE,
        name       text NOT NULL,
        role       text NOT NULL CHECK (role IN ('admin', 'analyst')),
        guilds     bigint[],
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz,
        revoked_by text,
        CHECK ((revoked_at IS NULL) = (revoked_by IS NULL))
      )`);
    for (const table of ['sessions', 'service_tokens'])
      await queryRunner.query(
        `CREATE INDEX ${table}_revoked ON ${table} (revoked_at) WHERE revoked_at IS NOT NULL`,
      );
    await queryRunner.query(`
      CREATE TABLE audit (
        id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at         timestamptz NOT NULL,
        action     text NOT NULL,
        actor      text,
        address    text,
        target     text,
        code       text,
        request_id text,
        count      int NOT NULL DEFAULT 1
      )`);
    await queryRunner.query(`CREATE INDEX audit_at ON audit (at)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['audit', 'service_tokens', 'sessions'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}
