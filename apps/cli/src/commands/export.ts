import { isSnowflake, SEARCH_HAS } from '@discord-relay/contracts';
import {
  DEFAULT_ROWS_PER_FILE,
  defaultRowsPerFile,
  EncoderThread,
  type ExportFormat,
  type ExportPartition,
  type ExportRequest,
  filterOf,
  FORMATS,
  hasDeletions,
  HTML_DEFAULT_ROWS_PER_FILE,
  HTML_MAX_ROWS_PER_FILE,
  HtmlFormat,
  loadArchiveRenderer,
  type Manifest,
  partitionOf,
  PARTITIONS,
} from '@discord-relay/export';
import { ConfigError } from '@discord-relay/platform';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ARCHIVE_RENDERER, type CliConfig, EXPORT_ENCODER } from '../config.js';
import { exportToFolder } from '../export/export-to-folder.js';
import { GatewayNames } from '../export/gateway-names.js';
import { type Get, GatewaySource } from '../export/gateway-source.js';
import { ExportProgress } from '../export/progress.js';
import type { Output } from '../format/output.js';
import { requestGateway } from '../services/gateway-request.js';
import { guildId } from './tokens.js';

const TIMEOUT_MS = 30_000;
const MAX_ROWS_PER_FILE = 100_000_000;

/** What {@link addFilters} and {@link addFormat} read. */
export interface WantedExport {
  guild: string;
  channel: string[];
  query?: string;
  author?: string;
  mentions?: string;
  from?: string;
  to?: string;
  has: string[];
  format: ExportFormat;
  partition: ExportPartition;
  rowsPerFile?: number;
}

interface ExportCommandOptions extends WantedExport {
  out: string;
  append?: true;
  json?: true;
}

/** `relay export`: the messages of a guild, of channels or of a search, as files with a manifest. */
export function addExportCommand(program: Command, config: () => CliConfig, output: Output): void {
  const command = program
    .command('export')
    .description(
      'write messages to files with a manifest; repeat the command after an interruption: it continues',
    )
    .requiredOption('--guild <id>', 'guild whose messages are exported', id)
    .requiredOption('--out <folder>', 'folder of the export; created if it does not exist');
  addFilters(command);
  addFormat(command);
  command
    .option('--append', 'add files with what changed since the last run: docs/analytics.md')
    .option('--json', 'print the manifest')
    .action(async (options: ExportCommandOptions) => {
      const request = requestOf(options);
      checkFormat(request, options.append);
      const settings = config();
      const get: Get = (path) => requestGateway(settings, { method: 'GET', path, timeoutMs: TIMEOUT_MS });
      const source = new GatewaySource(get);
      const progress = new ExportProgress((line) => output.progress?.(line));
      const encoders = new EncoderThread(EXPORT_ENCODER);
      const manifest = await exportToFolder({
        source,
        path: options.out,
        request,
        createEncoder: (format) => encoders.createEncoder(format),
        html: request.format === 'html' ? await htmlFormat(get, source, request) : undefined,
        append: options.append ?? false,
        onProgress: (done, total) => progress.update(done, total),
      }).finally(() => encoders.close());
      output.out(options.json ? JSON.stringify(manifest, null, 2) : formatManifest(manifest));
    });
}

/** @throws ConfigError for options that the format cannot have */
function checkFormat({ format, rowsPerFile: rows }: ExportRequest, append: boolean | undefined): void {
  if (!hasDeletions(format) && append)
    throw new ConfigError([
      `--append: the format ${format} has no rows for deleted messages; use another folder each time`,
    ]);
  if (format === 'html' && rows > HTML_MAX_ROWS_PER_FILE)
    throw new ConfigError([
      `--rows-per-file: an HTML file has at most ${HTML_MAX_ROWS_PER_FILE} messages, because browsers become slow`,
    ]);
}

const htmlFormat = async (get: Get, source: GatewaySource, request: ExportRequest): Promise<HtmlFormat> =>
  HtmlFormat.open(
    await loadArchiveRenderer(ARCHIVE_RENDERER),
    new GatewayNames(get),
    request.guild,
    await source.gaps(request),
  );

/** Options for the files. */
export function addFormat(command: Command): void {
  command
    .addOption(new Option('--format <format>', 'format of the files').choices(FORMATS).default('ndjson'))
    .addOption(
      new Option('--partition <by>', 'what begins a new file, besides --rows-per-file')
        .choices(PARTITIONS)
        .default('size'),
    )
    .option(
      '--rows-per-file <number>',
      `maximum number of messages in a file; default: ${DEFAULT_ROWS_PER_FILE}, of HTML files ${HTML_DEFAULT_ROWS_PER_FILE}`,
      rowsPerFile,
    );
}

/** Options for what is exported. */
export function addFilters(command: Command): void {
  command
    .option('--channel <id>', 'only messages of this channel or thread; can be repeated', guildId, [])
    .option('--query <words>', 'only messages that a search for these words shows')
    .option('--author <id>', 'only messages of this user', id)
    .option('--mentions <id>', 'only messages that mention this user', id)
    .option('--from <time>', 'only messages at this time (ISO 8601) or later')
    .option('--to <time>', 'only messages before this time')
    .addOption(
      new Option('--has <what...>', 'only messages that have all of these')
        .choices(SEARCH_HAS)
        .default([], 'any'),
    );
}

function requestOf(options: ExportCommandOptions): ExportRequest {
  const { guild, channel, query, author, mentions, from, to, has, format, partition } = options;
  const { rowsPerFile = defaultRowsPerFile(format) } = options;
  const filter = filterOf({ channels: channel, query, author, mentions, from, to, has });
  return { guild, filter, format, partition: partitionOf(format, partition), rowsPerFile };
}

export function id(text: string): string {
  if (!isSnowflake(text)) throw new InvalidArgumentError('Use a Discord id: digits only.');
  return text;
}

function rowsPerFile(text: string): number {
  const rows = Number(text);
  if (/^\d{1,9}$/.test(text) && rows > 0 && rows <= MAX_ROWS_PER_FILE) return rows;
  throw new InvalidArgumentError(`Use a whole number from 1 to ${MAX_ROWS_PER_FILE}.`);
}

/** What the last run wrote, and what readers must know about the data. */
export function formatManifest({ runs, files, gaps }: Manifest): string {
  const { rows, seq, endSeq, since } = runs.at(-1)!;
  const written = `${rows} messages ${since === null ? '' : `that changed after sequence ${since} `}up to sequence ${seq}`;
  const lines = [`${written}; ${files.length} files in all: see manifest.json`];
  if (endSeq > seq)
    lines.push(`the guild changed up to sequence ${endSeq} meanwhile: --append adds these changes`);
  if (gaps.length > 0) lines.push(`${gaps.length} gaps in the exported time: see gaps in manifest.json`);
  return lines.join('\n');
}
