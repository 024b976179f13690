import { Controller, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiResponse } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import type { Refusal, ToolCall } from '@discord-relay/mcp';
import { LOGGER, type Logger, wallClockMs } from '@discord-relay/platform';
import type { Principal } from '../access/principal.js';
import { AuditLog } from '../auth/audit/audit-log.js';
import { toProblem } from '../errors/problem.js';
import { CurrentPrincipal } from '../http/guards/bearer.guard.js';
import { AuthenticatedApi } from '../http/openapi/documented.js';
import { requestIdOf } from '../http/server/request-log.js';
import { McpMetrics } from '../metrics/mcp-metrics.js';
import { OriginGuard } from './origin.guard.js';
import { PrincipalReaders } from './principal-readers.js';

/**
 * The MCP server over Streamable HTTP. Without sessions: each message is authenticated, and answered in the response of its
 * request, by whichever replica gets it.
 */
@Controller('mcp')
@AuthenticatedApi('MCP')
@UseGuards(OriginGuard)
export class McpController {
  constructor(
    @Inject(PrincipalReaders) private readonly readers: PrincipalReaders,
    @Inject(McpMetrics) private readonly metrics: McpMetrics,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'A message of the Model Context Protocol: docs/mcp.md.' })
  @ApiBody({ description: 'A JSON-RPC request or notification.', schema: { type: 'object' } })
  @ApiOkResponse({
    description: 'The response to a request.',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  @ApiResponse({ status: 202, description: 'The notification was accepted.' })
  async message(
    @CurrentPrincipal() principal: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    requireOneMessage(request.body);
    response.setHeader('Cache-Control', 'no-store');
    const { createMcpServer, StreamableHTTPServerTransport } = await loadMcp();
    const server = createMcpServer({
      reader: this.readers.of(principal),
      wallClockMs,
      refusalOf: (failure, tool) => this.refusalOf(failure, { tool, principal, request, response }),
      onCall: (call) => this.observe(call),
    });
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: undefined,
      enableJsonResponse: true,
    });
    response.once('close', () => void server.close());
    await server.connect(transport);
    await transport.handleRequest(request, response, request.body);
  }

  /** As for REST: unexpected failures are logged, and refusals because of rights are audited. */
  private refusalOf(failure: unknown, { tool, principal, request, response }: CallContext): Refusal {
    const requestId = requestIdOf(response);
    const { status, code, detail, retryable } = toProblem(failure, requestId);
    if (status === 500) this.logger.error({ err: failure, requestId, tool }, 'call of an MCP tool failed');
    if (status === 403) {
      const caller = { actor: principal.id, address: request.ip, requestId };
      this.audit.record({ action: 'access.refused', target: `POST /mcp ${tool}`, code, ...caller });
    }
    return { code, detail, retryable };
  }

  private observe({ tool, code, durationMs }: ToolCall): void {
    this.metrics.callSeconds.observe({ tool, result: code ?? 'ok' }, durationMs / 1_000);
  }
}

/** The SDK is loaded by the first message: most replicas never get one, and it takes several MB. */
async function loadMcp() {
  const [{ createMcpServer }, { StreamableHTTPServerTransport }] = await Promise.all([
    import('@discord-relay/mcp'),
    import('@modelcontextprotocol/sdk/server/streamableHttp.js'),
  ]);
  return { createMcpServer, StreamableHTTPServerTransport };
}

interface CallContext {
  tool: string;
  principal: Principal;
  request: Request;
  response: Response;
}

/**
 * Earlier versions of the protocol allowed lists of messages; a list would evade the limit of requests per second.
 * @throws AppError `REQUEST.INVALID`
 */
function requireOneMessage(body: unknown): void {
  if (Array.isArray(body)) throw new AppError('REQUEST.INVALID', 'the body must be one message, not a list');
  if (typeof body !== 'object' || body === null)
    throw new AppError('REQUEST.INVALID', 'the body must be a JSON object, sent as application/json');
}
