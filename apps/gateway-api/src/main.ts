import { runService } from '@discord-relay/platform/service';
import { configOfProcess, type GatewayApiConfig } from './config.js';
import { GatewayApiModule } from './gateway-api.module.js';
import { configureHttp } from './http/configure-http.js';

await runService<GatewayApiConfig>({
  loadConfig: configOfProcess,
  port: (config) => config.PORT,
  module: (config) => GatewayApiModule.register(config),
  configure: configureHttp,
});
