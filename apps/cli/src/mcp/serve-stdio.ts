import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createMcpServer, type Refusal, refusalIn } from '@discord-relay/mcp';
import { wallClockMs } from '@discord-relay/platform';
import type { CliConfig } from '../config.js';
import { RequestRefusedError } from '../services/gateway-request.js';
import { restReader } from './rest-reader.js';

/**
 * Serves the MCP tools on stdin and stdout. Resolves once the server listens; the process ends by itself when stdin has ended and
 * the last call is answered.
 */
export async function serveMcpOnStdio(config: CliConfig): Promise<void> {
  const server = createMcpServer({ reader: restReader(config), wallClockMs, refusalOf });
  await server.connect(new StdioServerTransport());
}

function refusalOf(failure: unknown): Refusal {
  if (failure instanceof RequestRefusedError) {
    const { code, detail, isRetryable: retryable } = failure;
    return { code, detail, retryable };
  }
  const detail = failure instanceof Error ? failure.message : String(failure);
  return refusalIn(failure) ?? { code: 'SERVICE.UNAVAILABLE', detail, retryable: true };
}
