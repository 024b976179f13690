export {
  createMcpServer,
  type McpServerOptions,
  type Refusal,
  refusalIn,
  type ToolCall,
} from './mcp-server.js';
export type { Query, RelayReader } from './relay-reader.js';
export { TOOLS } from './tools/tools.js';
