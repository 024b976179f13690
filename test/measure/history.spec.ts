import { events } from '../../bench/history/events.js';
import { exportMessages, exportToParquet } from '../../bench/history/export.js';
import { importMessages } from '../../bench/history/import.js';
import { withGatewayStack } from '../../bench/live/gateway-stack.js';
import { writeHistory } from '../support/stacks/export-world.js';
import { HIGH_LIMITS } from '../support/stacks/high-limits.js';
import { expectMet, expectShortForm, SHORT_FORM_LIMIT_MS } from './short-form.js';

const MESSAGES = 12_000;

describe('the short form of', () => {
  it(
    'bench events: every event of the log is read, and a reader costs live delivery no message',
    () => expectShortForm(events, 10, ['unread', 'missed']),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'bench export: DuckDB finds every message in the Parquet files',
    () =>
      withGatewayStack(HIGH_LIMITS, async (stack) => {
        await writeHistory(stack.world, MESSAGES);
        await expectMet(exportMessages, () => exportToParquet(stack, MESSAGES), ['missing', 'different']);
      }),
    SHORT_FORM_LIMIT_MS,
  );

  it(
    'bench import: every message of the file is in the log once, also after a second import',
    () => expectShortForm(importMessages, 5, ['missing', 'repeated']),
    SHORT_FORM_LIMIT_MS,
  );
});
