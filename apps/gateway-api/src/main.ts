import { redactErrorsWith } from '@discord-relay/contracts';
import { redact } from '@discord-relay/platform';
import { runService } from '@discord-relay/platform/service';
import { configOfProcess, type GatewayApiConfig } from './config.js';
import { GatewayApiModule } from './gateway-api.module.js';
import { configureHttp } from './http/server/configure-http.js';

redactErrorsWith(redact);
await runService<GatewayApiConfig>({
  loadConfig: configOfProcess,
  port: (config) => config.PORT,
  module: (config) => GatewayApiModule.register(config),
  configure: configureHttp,
});
