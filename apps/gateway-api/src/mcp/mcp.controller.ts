import { All, Controller, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Request, Response } from 'express';
import { AppError } from '@discord-relay/contracts';
import { createMcpServer, type Refusal, type ToolCall } from '@discord-relay/mcp';
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

/** The code of JSON-RPC for errors of a server. */
const SERVER_ERROR = -32_000;

/**
 * The MCP server over Streamable HTTP. Without sessions: each message is authenticated, and answered in the response of its
 * request, by whichever replica gets it.
 */
@Controller('mcp')
@AuthenticatedApi('MCP')
@UseGuards(OriginGuard)
@ApiExcludeController()
export class McpController {
  constructor(
    @Inject(PrincipalReaders) private readonly readers: PrincipalReaders,
    @Inject(McpMetrics) private readonly metrics: McpMetrics,
    @Inject(AuditLog) private readonly audit: AuditLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Post()
  async message(
    @CurrentPrincipal() principal: Principal,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    requireOneMessage(request.body);
    response.setHeader('Cache-Control', 'no-store');
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

  /** There is neither a stream of the server's own messages nor a session to end. */
  @All()
  other(@Res() response: Response): void {
    const error = {
      code: SERVER_ERROR,
      message: 'only POST: this server has no sessions and sends no messages of its own',
    };
    response.status(405).setHeader('Allow', 'POST').json({ jsonrpc: '2.0', error, id: null });
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
