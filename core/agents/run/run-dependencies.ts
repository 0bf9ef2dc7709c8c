import type { Approval } from '../../approvals/approval.js';
import type { PromptRegistry } from '../../gateway/prompts/registry.js';
import type { Clock } from '../../kernel/clock.js';
import type { Logger } from '../../kernel/logger.js';
import type { Person } from '../../kernel/person.js';
import type { AgentDefinition } from '../definition.js';
import type { SharedContext } from '../team/shared-context.js';
import type { TeamMind } from '../team/team-mind.js';
import type { CallAnswer, CallRequest } from '../tools/call-tool.js';
import type { RunRepository } from './run.js';
import type { Thinker } from './thinker.js';

/** What runs of agents and teams need from the rest of the house. */
export interface RunDependencies {
  runs(tenantId: string): RunRepository;
  agents: ReadonlyMap<string, AgentDefinition>;
  thinker: Thinker;
  /** The one way to use a tool. */
  callTool(request: CallRequest): Promise<CallAnswer>;
  isRead(tool: string): boolean;
  approval(tenantId: string, id: string): Promise<Approval | undefined>;
  /** Takes back what a person was asked for, when nobody waits for it any more. */
  withdraw(tenantId: string, approvalId: string, person: Person): Promise<void>;
  person(tenantId: string, id: string): Promise<Person | undefined>;
  /** What agents hand to each other. */
  shared(tenantId: string): SharedContext;
  /** What a team decides as a whole. */
  mind: TeamMind;
  /** How well what was found supports a text, 0 to 1. */
  grounding(text: string, passages: string[], question: string): Promise<number>;
  /** Words for models; counts for a prompt's version how runs by it ended. */
  prompts: Pick<PromptRegistry, 'note' | 'render'>;
  clock: Clock;
  logger: Logger;
}
