import { folder } from './fields.js';

/** Where the files of imports are kept: for the CLI, which writes them, and gateway-api, which serves them. */
export const mediaStoreKeys = {
  MEDIA_DIR: folder()
    .optional()
    .describe(
      'Folder for the files that `relay import --media` keeps; the CLI and all replicas of gateway-api need the same one. Without it no files are kept.',
    ),
};
