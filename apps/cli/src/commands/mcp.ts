import type { Command } from 'commander';
import type { CliConfig } from '../config.js';
import type { Output } from '../format/output.js';

/** `relay mcp`: stdout belongs to the protocol, so everything else goes to stderr. */
export function addMcpCommand(program: Command, config: () => CliConfig, output: Output): void {
  program
    .command('mcp')
    .description(
      'serve read-only tools to programs that speak the Model Context Protocol, on stdin and stdout: docs/mcp.md',
    )
    .action(async () => {
      const settings = config();
      if (settings.RELAY_TOKEN === undefined)
        output.progress?.('RELAY_TOKEN is not set: the tools read with the rights of an admin');
      // No other command needs the SDK.
      const { serveMcpOnStdio } = await import('../mcp/serve-stdio.js');
      await serveMcpOnStdio(settings);
    });
}
