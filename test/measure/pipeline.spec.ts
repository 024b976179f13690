import type { Measurement } from '@discord-relay/local-stack';
import { measurements as benches } from '../../bench/index.js';
import { pipeline } from '../drills/pipeline.js';
import { projector } from '../drills/projector.js';
import { expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

describe('the short form of', () => {
  it(
    'drill pipeline: kill -9 of every service once, without losses or duplicates',
    () => expectShortForm(pipeline, 1),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'drill projector: crashes, pauses and restarts leave the rows that the log determines',
    () => expectShortForm(projector, 5),
    SHORT_FORM_LIMIT_MS,
  );
});

describe('benches', () => {
  it('benches have unique names and require figures', () => {
    const names = benches.map(({ name }: Measurement) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { required } of benches) expect(Object.keys(required).length).toBeGreaterThan(0);
  });
});
