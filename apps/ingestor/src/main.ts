import { redactErrorsWith } from '@discord-relay/contracts';
import { redact } from '@discord-relay/platform';
import { runService } from '@discord-relay/platform/service';
import { loadIngestorConfig } from './config.js';
import { IngestorModule } from './ingestor.module.js';

redactErrorsWith(redact);
await runService({
  loadConfig: () => loadIngestorConfig(process.env),
  port: (config) => config.PORT,
  module: (config) => IngestorModule.register(config),
});
