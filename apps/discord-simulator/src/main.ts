import { pino } from 'pino';
import { ConfigError, EXIT_CONFIG, readConfig, type Config } from './config.js';
import { startSimulator, type Simulator } from './simulator.js';

/** Starts with the configuration of the environment, and stops on SIGTERM, SIGINT or when the parent process ends. */
async function main(): Promise<void> {
  const { options, logLevel } = readOrExit();
  const logger = pino({ level: logLevel, base: { app: 'discord-simulator' } });
  let simulator: Simulator;
  try {
    simulator = await startSimulator({ ...options, logger });
  } catch (error) {
    logger.fatal({ event: 'simulator.not_started', remedy: remedyFor(error), message: messageOf(error) });
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
    process.stderr.write(`configuration: ${error.problems.join('; ')}\n`);
    process.exit(EXIT_CONFIG);
  }
}

function remedyFor(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  if (code === 'EADDRINUSE') return 'set SIM_PORT to a free port';
  if (code === 'EADDRNOTAVAIL') return 'set SIM_HOST to an address of this machine';
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

await main();
