import { runService } from '@discord-relay/platform/service';
import { loadProjectorConfig } from './config.js';
import { ProjectorModule } from './projector.module.js';

await runService({
  loadConfig: loadProjectorConfig,
  port: (config) => config.PORT,
  module: (config) => ProjectorModule.register(config),
});
