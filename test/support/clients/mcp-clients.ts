import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { repositoryRoot } from '@discord-relay/local-stack';

/** An answer with both of its forms. */
export interface ToolAnswer<T> {
  structured: T;
  text: string;
}

export interface Refused {
  code: string;
  detail: string;
  retryable: boolean;
}

/** The official client, connected to the relay by one of its transports. */
export class McpClient {
  private constructor(readonly client: Client) {}

  static overHttp(url: string, token: string): Promise<McpClient> {
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    return McpClient.connect(new StreamableHTTPClientTransport(new URL('/mcp', url), { requestInit }));
  }

  /** Starts `relay mcp`. */
  static overStdio(url: string, token: string): Promise<McpClient> {
    return McpClient.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: [join(repositoryRoot, 'apps/cli/dist/bundle.js'), 'mcp'],
        env: { PATH: process.env.PATH ?? '', RELAY_URL: url, RELAY_TOKEN: token, DATA_DIR: '/nonexistent' },
        stderr: 'inherit',
      }),
    );
  }

  private static async connect(transport: Transport): Promise<McpClient> {
    const client = new Client({ name: 'test', version: '0' });
    await client.connect(transport);
    // The client checks structured answers against the schemas of the list.
    await client.listTools();
    return new McpClient(client);
  }

  close(): Promise<void> {
    return this.client.close();
  }

  async call<T>(name: string, args: Record<string, unknown> = {}): Promise<ToolAnswer<T>> {
    const { isError, structuredContent, text } = await this.request(name, args);
    if (isError) throw new Error(`${name} was refused: ${text}`);
    return { structured: structuredContent as T, text };
  }

  async refusal(name: string, args: Record<string, unknown> = {}): Promise<Refused> {
    const { isError, text } = await this.request(name, args);
    if (!isError) throw new Error(`${name} was not refused`);
    return JSON.parse(text) as Refused;
  }

  private async request(
    name: string,
    args: Record<string, unknown>,
  ): Promise<Pick<CallToolResult, 'isError' | 'structuredContent'> & { text: string }> {
    const result = (await this.client.callTool({ name, arguments: args })) as CallToolResult;
    const [first] = result.content;
    if (first?.type !== 'text') throw new Error('the answer has no text');
    return { ...result, text: first.text };
  }
}
