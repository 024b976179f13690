import { type Command, InvalidArgumentError } from 'commander';
import { openMediaStore } from '@discord-relay/platform/object-store';
import type { CliConfig } from '../config.js';
import type { Output } from '../format/output.js';
import { ImportProgress } from '../import/import-progress.js';
import { formatImport } from '../import/import-summary.js';
import type { MediaOptions } from '../import/media/media-keeper.js';
import { type ImportOutcome, runImport } from '../import/run-import.js';
import { writeJsonFile } from '../services/json-file.js';
import { withNats } from '../services/nats.js';

const STATE_FILE = 'relay-import.json';
const MAX_RATE = 1_000_000;

interface ImportCommandOptions {
  state: string;
  dryRun?: boolean;
  report?: string;
  rate?: number;
  media?: boolean;
  mediaFolder?: string;
  json?: true;
}

/** `relay import`: exports of DiscordChatExporter into the log. */
export function addImportCommand(program: Command, config: () => CliConfig, output: Output): void {
  program
    .command('import')
    .description(
      'import JSON files of DiscordChatExporter; repeat the command after an interruption: it continues (docs/import.md)',
    )
    .argument('<files...>', 'the files, in any order')
    .option('--dry-run', 'read everything and write nothing')
    .option('--report <file>', 'write what was imported, skipped and left out to this file (JSON)')
    .option('--rate <number>', 'maximum number of messages per second; default: no limit', rate)
    .option('--media', 'keep the files of attachments that are beside the exports (MEDIA_DIR or MEDIA_S3_*)')
    .option(
      '--media-folder <name>',
      'name of the folder with these files; default: every folder whose name ends in _Files',
    )
    .option('--state <file>', 'where the progress is kept until the import is complete', STATE_FILE)
    .option('--json', 'print the report')
    .action(async (files: string[], options: ImportCommandOptions) => {
      const outcome = await importFiles(config(), files, options, output);
      if (options.report !== undefined) await writeJsonFile(options.report, reportOf(outcome));
      output.out(
        options.json
          ? JSON.stringify(reportOf(outcome), null, 2)
          : formatImport(outcome, options.dryRun === true),
      );
      if (outcome.paused) output.fail();
    });
}

/** The first Ctrl-C pauses the import; a second one ends the process. */
async function importFiles(
  settings: CliConfig,
  paths: string[],
  { state: statePath, dryRun = false, rate: maxRate, ...wanted }: ImportCommandOptions,
  output: Output,
): Promise<ImportOutcome> {
  const media = mediaOptions(settings, wanted);
  const pausing = new AbortController();
  const pause = () => pausing.abort();
  const progress = new ImportProgress((line) => output.progress?.(line));
  process.once('SIGINT', pause).once('SIGTERM', pause);
  try {
    return await withNats(
      settings,
      (connection) =>
        runImport({
          ...{ connection, paths, statePath, dryRun, maxRate, media },
          inboxPrefix: settings.NATS_INBOX_PREFIX,
          signal: pausing.signal,
          onProgress: (messages, done, total) => progress.update(messages, done, total),
        }),
      { reconnects: true },
    );
  } finally {
    process.off('SIGINT', pause).off('SIGTERM', pause);
  }
}

/** @throws Error when files cannot be kept */
function mediaOptions(
  settings: CliConfig,
  { media = false, mediaFolder: folder }: Pick<ImportCommandOptions, 'media' | 'mediaFolder'>,
): MediaOptions | undefined {
  if (!media && folder === undefined) return undefined;
  const store = openMediaStore(settings);
  if (!store) throw new Error('--media needs MEDIA_DIR or MEDIA_S3_*, with the values that gateway-api has');
  return { store, maxBytes: settings.MEDIA_MAX_FILE_BYTES, folder };
}

const reportOf = ({ paused, files }: ImportOutcome): object => ({
  paused,
  files: files.map(({ path, bytes, done, counts }) => ({ path, bytes, done, ...counts })),
});

function rate(text: string): number {
  const value = Number(text);
  if (/^\d{1,7}$/.test(text) && value > 0 && value <= MAX_RATE) return value;
  throw new InvalidArgumentError(`Use a whole number from 1 to ${MAX_RATE}.`);
}
