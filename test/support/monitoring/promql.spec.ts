import { groupingsIn, selectorsIn } from './promql.js';

describe('selectorsIn', () => {
  it('selectorsIn finds metrics with their labels, and neither functions, groupings, ranges nor label values', () => {
    const expression =
      'sum by (le, job) (rate(a_bucket{le="1",job=~"x|y"}[5m])) / on (job) sum(b:rate5m offset 1h) unless c > 0.5';
    expect(selectorsIn(expression)).toEqual([
      { metric: 'a_bucket', labels: ['le', 'job'], text: 'a_bucket{le="1",job=~"x|y"}' },
      { metric: 'b:rate5m', labels: [], text: 'b:rate5m' },
      { metric: 'c', labels: [], text: 'c' },
    ]);
    expect(groupingsIn(expression)).toEqual(['le', 'job', 'job']);
  });

  it('selectorsIn finds both sides of a comparison with numbers in scientific notation', () =>
    expect(selectorsIn('up == 1e3 or absent(up{job="x"} == 1)').map(({ text }) => text)).toEqual([
      'up',
      'up{job="x"}',
    ]));
});
