import { renderImport } from './import-progress.js';

const gap = (channelsDone: number, channelsTotal: number, messages: number) => ({
  gapId: 'g',
  channelsDone,
  channelsTotal,
  messages,
});

describe('renderImport', () => {
  it('shows nothing when nothing is imported', () => expect(renderImport([])).toBeUndefined());

  it('sums what is done over all gaps', () =>
    expect(renderImport([gap(1, 4, 30), gap(5, 8, 70)])).toBe(
      '[############------------] 6/12 channels, 100 messages',
    ));

  it('is empty before the channels are known, and full at the end', () => {
    expect(renderImport([gap(0, 0, 0)])).toBe(`[${'-'.repeat(24)}] 0/0 channels, 0 messages`);
    expect(renderImport([gap(3, 3, 9)])).toBe(`[${'#'.repeat(24)}] 3/3 channels, 9 messages`);
  });
});
