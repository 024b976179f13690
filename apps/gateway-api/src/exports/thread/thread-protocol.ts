import type { RestExportSize, RestGap } from '@discord-relay/contracts';
import type {
  ArchiveSource,
  ExportQuery,
  ExportRequest,
  FinishedFile,
  RunState,
} from '@discord-relay/export';

/** What a thread writes; passed to it when it starts. */
export interface ThreadTask {
  /** Folder of the lease. */
  folder: string;
  /** Path of the module that renders HTML. */
  renderer: string;
  request: ExportRequest;
  since: number | null;
  /** Where an interrupted export continues; null: at the beginning. */
  state: RunState | null;
}

/** What a run has done since the last call. */
export interface SavedRun extends Pick<RunState, 'run' | 'position'> {
  /** Only in the first call of an export. */
  begun?: Pick<RunState, 'units' | 'total'>;
  /** Number of the files before. */
  savedFiles: number;
  files: FinishedFile[];
}

/** What a thread asks of the service, which alone has connections. */
export interface ThreadCalls extends ArchiveSource {
  size(query: ExportQuery): Promise<RestExportSize>;
  /** The JSON text of a page: the thread parses it. */
  page(query: ExportQuery, after: string | null): Promise<string>;
  gaps(request: ExportRequest): Promise<RestGap[]>;
  save(saved: SavedRun): Promise<void>;
}

export type CallName = keyof ThreadCalls;

export type FromThread =
  | { kind: 'call'; id: number; name: CallName; args: unknown[] }
  | { kind: 'progress'; rows: number; openBytes: number }
  | { kind: 'done'; gaps: RestGap[] }
  /** `errno`: the code of an error of the file system. */
  | { kind: 'failed'; message: string; errno: string | undefined };

/** The answer to a call. After a refusal the thread ends; the service knows the reason. */
export type ToThread = { id: number; value: unknown } | { id: number; refused: true };
