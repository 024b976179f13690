import { folder, integer } from '@discord-relay/platform';

/** Environment variables of exports over HTTP. */
export const exportKeys = {
  EXPORTS_DIR: folder()
    .optional()
    .describe(
      'Folder for the files of exports over HTTP; all replicas need the same one, on a shared volume. Without it `POST /api/v1/exports` is off.',
    ),
  EXPORTS_KEEP_S: integer(1, 2_592_000)
    .default(86_400)
    .describe('How long the files of an export are kept after its end, in seconds.'),
  EXPORTS_MAX_BYTES: integer(1_048_576, Number.MAX_SAFE_INTEGER)
    .default(10_737_418_240)
    .describe('Size that the files of all exports may have together.'),
  EXPORTS_MAX_BYTES_PER_USER: integer(1_048_576, Number.MAX_SAFE_INTEGER)
    .default(2_147_483_648)
    .describe('Size that the files of the exports of one user may have together.'),
  EXPORTS_MAX_RUNNING: integer(1, 16)
    .default(1)
    .describe(
      'Maximum number of exports that this replica writes at a time, each in a thread with up to 256 MiB. A user has one at a time.',
    ),
  EXPORTS_MAX_QUEUED: integer(1, 100_000)
    .default(100)
    .describe('Maximum number of exports of all users that wait or run.'),
  EXPORTS_MAX_QUEUED_PER_USER: integer(1, 10_000)
    .default(10)
    .describe('Maximum number of exports of one user that wait or run.'),
};
