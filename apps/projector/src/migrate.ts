// Migrates the database and exits: for a Job, or a step before a roll-out, where only one role may create tables.
// Projectors run the same migrations when they start; several processes that migrate at once take turns.
import { AppError, redactErrorsWith } from '@discord-relay/contracts';
import { ConfigError, createLogger, EXIT_CONFIG, instanceName, redact } from '@discord-relay/platform';
import { migrate } from '@discord-relay/read-model';
import { loadProjectorConfig } from './config.js';

redactErrorsWith(redact);

function configOrExit(): ReturnType<typeof loadProjectorConfig> {
  try {
    return loadProjectorConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`configuration: ${error.problems.join('; ')}\n`);
    process.exit(EXIT_CONFIG);
  }
}

/** 78, as for a bad configuration, when only an operator can help; 1 when another attempt may succeed. */
const exitCodeFor = (error: unknown): number =>
  error instanceof AppError && error.retry !== 'later' ? EXIT_CONFIG : 1;

const config = configOrExit();
const logger = createLogger('migrate', instanceName(config.INSTANCE_ID), config.LOG_LEVEL);
try {
  await migrate(config.DATABASE_URL);
  logger.info('the database is up to date');
} catch (err) {
  logger.error({ err }, 'the database could not be brought up to date');
  process.exitCode = exitCodeFor(err);
}
