import { z } from 'zod';
import { Defect } from '../../kernel/errors.js';
import type { JsonObject } from '../../kernel/json.js';
import type { AnyTool } from './tool.js';

/** The tools there are. Names come from models and people, so look-ups go through a Map. */
export interface ToolRegistry {
  get(name: string): AnyTool | undefined;
  all(): readonly AnyTool[];
  /** JSON Schema of a tool's parameters, as forms and models see it. */
  schemaOf(tool: AnyTool): JsonObject;
}

/** Names that the cards use themselves; a parameter of that name would be lost between the inputs. */
const RESERVED = ['approvalId', 'token', 'code', 'formId', 'tool', 'escalationId'];

/** @throws Defect for two tools of one name, or a parameter name that cards use themselves. */
export function createRegistry(tools: readonly AnyTool[]): ToolRegistry {
  const byName = new Map<string, AnyTool>();
  const schemas = new Map<AnyTool, JsonObject>();
  for (const tool of tools) {
    if (byName.has(tool.name))
      throw new Defect('agents.tool-twice', `There are two tools named ${tool.name}.`);
    const reserved = Object.keys(tool.parameters.shape).find((name) => RESERVED.includes(name));
    if (reserved) {
      throw new Defect('agents.tool-parameter', `${tool.name}: cards use the name "${reserved}" themselves.`);
    }
    byName.set(tool.name, tool);
    const { $schema: _dialect, ...schema } = z.toJSONSchema(tool.parameters, { io: 'input' }) as JsonObject;
    schemas.set(tool, schema);
  }
  return {
    get: (name) => byName.get(name),
    all: () => [...byName.values()],
    schemaOf: (tool) => schemas.get(tool) ?? {},
  };
}
