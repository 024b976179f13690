import { formatSpan } from '../format/format-span.js';

const EVERY_MS = 1_000;
const MS_PER_S = 1_000;

/** Reports how far an export is, at most once a second. */
export class ExportProgress {
  private readonly startedMs: number;
  private reportedMs: number;
  private firstRows: number | undefined;

  constructor(
    private readonly report: (line: string) => void,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    this.startedMs = nowMs();
    this.reportedMs = this.startedMs;
  }

  /** `doneRows` includes those of an interrupted run that this one continues. */
  update(doneRows: number, totalRows: number): void {
    this.firstRows ??= doneRows;
    const nowMs = this.nowMs();
    if (nowMs - this.reportedMs < EVERY_MS) return;
    this.reportedMs = nowMs;
    const perS = (doneRows - this.firstRows) / ((nowMs - this.startedMs) / MS_PER_S);
    this.report(formatProgress(doneRows, totalRows, perS));
  }
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');

export function formatProgress(doneRows: number, totalRows: number, perS: number): string {
  const percent = totalRows === 0 ? 100 : Math.min(100, Math.floor((doneRows / totalRows) * 100));
  const left = perS > 0 ? `, ${formatSpan((totalRows - doneRows) / perS)} left` : '';
  return `${number(doneRows)} of ${number(totalRows)} messages (${percent}%), ${number(perS)}/s${left}`;
}
