import { formatSpan } from '../format/format-span.js';

const EVERY_MS = 1_000;
const MS_PER_S = 1_000;

/** Reports how far an import is, at most once a second. */
export class ImportProgress {
  private readonly startedMs: number;
  private reportedMs: number;
  private firstBytes: number | undefined;

  constructor(
    private readonly report: (line: string) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.startedMs = nowMs();
    this.reportedMs = this.startedMs;
  }

  /** `messages`: read in this run; `doneBytes`: of all files, including those of an interrupted run that this one continues. */
  update(messages: number, doneBytes: number, totalBytes: number): void {
    this.firstBytes ??= doneBytes;
    const nowMs = this.nowMs();
    if (nowMs - this.reportedMs < EVERY_MS) return;
    this.reportedMs = nowMs;
    const elapsedS = (nowMs - this.startedMs) / MS_PER_S;
    const bytesPerS = (doneBytes - this.firstBytes) / elapsedS;
    const percent = totalBytes === 0 ? 100 : Math.floor((doneBytes / totalBytes) * 100);
    const left = bytesPerS > 0 ? `, ${formatSpan((totalBytes - doneBytes) / bytesPerS)} left` : '';
    this.report(`${number(messages)} messages (${percent}%), ${number(messages / elapsedS)}/s${left}`);
  }
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
