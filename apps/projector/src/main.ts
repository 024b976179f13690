import { redactErrorsWith } from '@discord-relay/contracts';
import { redact } from '@discord-relay/platform';
import { runService } from '@discord-relay/platform/service';
import { loadProjectorConfig } from './config.js';
import { ProjectorModule } from './projector.module.js';

redactErrorsWith(redact);
await runService({
  loadConfig: loadProjectorConfig,
  port: (config) => config.PORT,
  module: (config) => ProjectorModule.register(config),
});
