import type { Activity } from '../../core/kernel/activity.js';
import type { Clock } from '../../core/kernel/clock.js';
import type { Intake } from '../../core/kernel/intake.js';
import type { Logger } from '../../core/kernel/logger.js';
import type { ActionResponse } from '../../core/kernel/outbound-message.js';
import type { Afterwork } from './acknowledgement.js';
import type { PayloadMemory, SlackTexts } from './options.js';
import type { Renderer } from './render.js';
import type { Responder } from './respond.js';
import type { Threads } from './threads.js';

/** What clicks and modals are taken in and answered with. */
export interface InteractionTools {
  intake: Intake;
  threads: Pick<Threads, 'find'>;
  responder: Responder;
  renderer: Renderer;
  payloads: Pick<PayloadMemory, 'get'>;
  texts: SlackTexts;
  languageOf(activity: Activity): Promise<string | undefined>;
  /** What is said of something that a fault stopped. */
  failed(error: unknown, activity: Activity): Promise<ActionResponse>;
  afterwork: Afterwork;
  clock: Clock;
  logger: Logger;
}
