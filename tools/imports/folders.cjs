const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/**
 * The folders of each app and library, and of bench, test and tools, and which of its own folders each may import: a table in
 * folders/ for each. No table allows a cycle between folders, which folder-rules.cjs checks.
 */
const FOLDERS = Object.fromEntries(
  readdirSync(join(__dirname, 'folders'), { recursive: true })
    .filter((file) => file.endsWith('.cjs'))
    .sort()
    .map((file) => [
      file.replaceAll('\\', '/').replace(/\.cjs$/, ''),
      require(join(__dirname, 'folders', file)),
    ]),
);

module.exports = { FOLDERS };
