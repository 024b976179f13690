import { runService } from '@discord-relay/platform/service';
import { loadIngestorConfig } from './config.js';
import { IngestorModule } from './ingestor.module.js';

await runService({
  loadConfig: () => loadIngestorConfig(process.env),
  port: (config) => config.PORT,
  module: (config) => IngestorModule.register(config),
});
