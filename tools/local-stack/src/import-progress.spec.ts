import { renderImport } from './import-progress.js';

const gap = (channelsDone: number, channelsTotal: number, messages: number) => ({
  gapId: 'g',
  channelsDone,
  channelsTotal,
  messages,
});

const at = (messagesPerSecond: number, ...gaps: ReturnType<typeof gap>[]) => ({ gaps, messagesPerSecond });

describe('renderImport', () => {
  it('the progress of an import is not shown when nothing is imported', () =>
    expect(renderImport(at(0))).toBeUndefined());

  it('the progress of an import is the sum over all gaps', () =>
    expect(renderImport(at(49.6, gap(1, 4, 30), gap(5, 8, 70)))).toBe(
      '[############------------] 6/12 channels, 100 messages, 50/s',
    ));

  it('the progress of an import is empty before the channels are known, and full at the end', () => {
    expect(renderImport(at(0, gap(0, 0, 0)))).toBe(`[${'-'.repeat(24)}] 0/0 channels, 0 messages, 0/s`);
    expect(renderImport(at(3, gap(3, 3, 9)))).toBe(`[${'#'.repeat(24)}] 3/3 channels, 9 messages, 3/s`);
  });
});
