import { pino } from 'pino';
import { ConfigError, EXIT_CONFIG, readConfig, type Config } from './config.js';
import { startSimulator, type Simulator } from './simulator.js';
import { StateFileError } from './state/file/state-file.js';

/** Starts with the configuration of the environment, and stops on SIGTERM, SIGINT or when the parent process ends. */
async function main(): Promise<void> {
  const { options, logLevel } = readOrExit();
  const logger = pino({ level: logLevel, base: { app: 'discord-simulator' } });
  let simulator: Simulator;
  try {
    simulator = await startSimulator({ ...options, logger });
  } catch (error) {
    const problem = configurationProblem(error);
    if (problem !== undefined) exitWithConfigurationProblems([problem]);
    logger.fatal({ event: 'simulator.not_started', message: messageOf(error) });
    process.exitCode = 1;
    if (process.connected) process.disconnect();
    return;
  }
  logger.info({ event: 'simulator.ready', url: simulator.url, gatewayUrl: simulator.gatewayUrl });
  const shutDown = (reason: string): void => {
    simulator.close().then(
      () => {
        logger.info({ event: 'simulator.stopped', reason });
        process.exit(0);
      },
      (error: unknown) => {
        logger.fatal({ event: 'simulator.stop_failed', reason, message: messageOf(error) });
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => shutDown('SIGTERM'));
  process.on('SIGINT', () => shutDown('SIGINT'));
  if (process.send) {
    process.once('disconnect', () => shutDown('parent process ended'));
    process.send({ event: 'ready', url: simulator.url, gatewayUrl: simulator.gatewayUrl });
  }
}

function readOrExit(): Config {
  try {
    return readConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    exitWithConfigurationProblems(error.problems);
  }
}

function exitWithConfigurationProblems(problems: readonly string[]): never {
  process.stderr.write(`configuration: ${problems.join('; ')}\n`);
  process.exit(EXIT_CONFIG);
}

/** The key, the reason and the remedy, if the configuration is the cause. */
function configurationProblem(error: unknown): string | undefined {
  if (error instanceof StateFileError) return `SIM_STATE_FILE: ${error.message}`;
  const { code } = (error ?? {}) as { code?: unknown };
  switch (code) {
    case 'EADDRINUSE':
      return 'SIM_PORT: the port is in use; set it to a free one';
    case 'EACCES':
      return 'SIM_PORT: the port requires privileges; set it to one from 1024';
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `SIM_HOST: it is not an address of this machine (${code}); leave it out to listen on 127.0.0.1`;
    default:
      return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
