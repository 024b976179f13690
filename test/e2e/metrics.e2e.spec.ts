import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@discord-relay/local-stack';
import { metricsCatalogue } from '../support/monitoring/metrics-catalogue.js';
import { metricsPage } from '../support/monitoring/metrics-page.js';
import { openTempStack } from '../support/stacks/temp-stack.js';

const page = join(repositoryRoot, 'docs/metrics.md');

it('docs/metrics.md lists exactly the metrics that the running services have', async () => {
  const temp = await openTempStack({ progress: () => undefined });
  try {
    const expositions = new Map<string, string>();
    for (const { name, url } of temp.stack.services.values()) {
      expositions.set(name, await (await fetch(`${url}/metrics`)).text());
    }
    const written = await metricsPage(new Map([...expositions].sort()), metricsCatalogue());
    if (process.env.UPDATE_DOCS) writeFileSync(page, written);
    expect(readFileSync(page, 'utf8')).toBe(written);
  } finally {
    await temp.close();
  }
}, 120_000);
