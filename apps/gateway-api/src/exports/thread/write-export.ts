import type { MessagePort } from 'node:worker_threads';
import type { RestExportPage } from '@discord-relay/contracts';
import {
  beginRun,
  createEncoder,
  type ExportSource,
  type ExportTarget,
  HtmlFormat,
  loadArchiveRenderer,
  PartFile,
  type RowEncoder,
  type RunState,
  writeRun,
} from '@discord-relay/export';
import type { CallName, FromThread, SavedRun, ThreadCalls, ThreadTask, ToThread } from './thread-protocol.js';

/** Writes an export in a thread of its own, because encoding a group of rows takes longer than live delivery may wait. */
export async function writeExport(port: MessagePort, task: ThreadTask): Promise<void> {
  const say = (message: FromThread): void => port.postMessage(message);
  const calls = callsOver(port, say);
  try {
    const { request } = task;
    const source: ExportSource = {
      ...calls,
      page: async (query, after) => JSON.parse(await calls.page(query, after)) as RestExportPage,
    };
    const state = task.state ?? (await beginRun(source, request, task.since)) ?? emptyRun(task);
    const target = new ThreadTarget(task, calls.save);
    const onProgress = (rows: number): void => say({ kind: 'progress', rows, openBytes: target.openBytes });
    const html = request.format === 'html' ? await htmlFormat(task, calls) : undefined;
    await writeRun(state, {
      ...{ source, target, html, onProgress },
      createEncoder: (format) => createEncoder[format](),
    });
    say({ kind: 'done', gaps: await source.gaps(request) });
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    say({ kind: 'failed', message, errno: code });
  } finally {
    port.close();
  }
}

const htmlFormat = async ({ renderer, request }: ThreadTask, calls: ThreadCalls): Promise<HtmlFormat> =>
  HtmlFormat.open(await loadArchiveRenderer(renderer), calls, request.guild, await calls.gaps(request));

/** Nothing has changed since the sequence. */
const emptyRun = ({ request, since }: ThreadTask): RunState => ({
  version: 1,
  request,
  run: { since, seq: since!, endSeq: since!, rows: 0 },
  total: 0,
  units: [],
  position: { unit: 0, file: 1, after: null },
  files: [],
});

class ThreadTarget implements ExportTarget {
  private savedFiles: number;
  private hasBegun: boolean;
  private open: PartFile | undefined;

  constructor(
    private readonly task: ThreadTask,
    private readonly save: (saved: SavedRun) => Promise<void>,
  ) {
    this.savedFiles = task.state?.files.length ?? 0;
    this.hasBegun = task.state !== null;
  }

  /** Size of the file that is being written. */
  get openBytes(): number {
    return this.open?.bytes ?? 0;
  }

  async createFile(path: string, encoder: RowEncoder): Promise<PartFile> {
    this.open = await PartFile.create(this.task.folder, path, encoder);
    return this.open;
  }

  async saveState({ run, position, units, total, files }: RunState): Promise<void> {
    const added = files.slice(this.savedFiles);
    await this.save({
      ...{ run, position, savedFiles: this.savedFiles, files: added },
      ...(!this.hasBegun && { begun: { units, total } }),
    });
    this.hasBegun = true;
    this.savedFiles = files.length;
    if (added.length > 0) this.open = undefined;
  }
}

/** Calls that the service answers. */
function callsOver(port: MessagePort, say: (message: FromThread) => void): ThreadCalls {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  port.on('message', (answer: ToThread) => {
    const call = waiting.get(answer.id)!;
    waiting.delete(answer.id);
    if ('value' in answer) call.resolve(answer.value);
    else call.reject(new Error('the service refused a call'));
  });
  let last = 0;
  const call = <T>(name: CallName, ...args: unknown[]): Promise<T> => {
    const id = ++last;
    const answer = withResolvers<unknown>();
    waiting.set(id, answer);
    say({ kind: 'call', id, name, args });
    return answer.promise as Promise<T>;
  };
  return {
    size: (query) => call('size', query),
    page: (query, after) => call('page', query, after),
    gaps: (request) => call('gaps', request),
    guild: (guildId) => call('guild', guildId),
    roles: (guildId) => call('roles', guildId),
    members: (guildId, userIds) => call('members', guildId, userIds),
    save: (saved) => call('save', saved),
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (error: Error) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
