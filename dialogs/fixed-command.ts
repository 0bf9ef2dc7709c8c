import { isPlainAgentCommand } from './agents/read-agent-command.js';
import { isRefreshCommand } from './ingest/refresh-dialog.js';
import { isForgetCommand } from './memory/memory-dialog.js';
import { recogniseCommand } from './recognise-command.js';

/** Whether a text is one of Steward's own commands and nothing else: there is nothing in it that could be screened. */
export function isFixedCommand(text: string): boolean {
  const command = recogniseCommand(text.trim());
  const isWhole = command !== undefined && command.exact && command.rest === '';
  return isWhole || isPlainAgentCommand(text) || isForgetCommand(text) || isRefreshCommand(text);
}
