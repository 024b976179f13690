import { ExportProgress, formatProgress } from './progress.js';

it('the progress of an export names the rate and the remaining time', () => {
  expect(formatProgress(250_000, 1_000_000, 50_000)).toBe(
    '250,000 of 1,000,000 messages (25%), 50,000/s, 15s left',
  );
  expect(formatProgress(0, 10, 0)).toBe('0 of 10 messages (0%), 0/s');
  expect(formatProgress(11, 10, 5)).toBe('11 of 10 messages (100%), 5/s, 0s left');
});

it('the progress is reported once a second, with the rate of this run alone', () => {
  const lines: string[] = [];
  let nowMs = 0;
  const progress = new ExportProgress(
    (line) => lines.push(line),
    () => nowMs,
  );
  progress.update(500, 1_000);
  nowMs = 999;
  progress.update(550, 1_000);
  nowMs = 1_000;
  progress.update(600, 1_000);
  nowMs = 1_500;
  progress.update(650, 1_000);
  expect(lines).toEqual(['600 of 1,000 messages (60%), 100/s, 4s left']);
});
