import type { ConversationReference } from '../../core/kernel/conversation-reference.js';
import type { HttpModule } from '../../core/kernel/http-route.js';
import type { ChannelPort } from '../../core/kernel/outbound-message.js';
import { createAgentView, type Prompt } from './agent-view.js';
import { createDirectMessages } from './direct-messages.js';
import { createEventHandler } from './handle-event.js';
import { createInteractionHandler } from './handle-interaction.js';
import { createFileFetch, type FetchSlackFile } from './files.js';
import { createGreetInstaller } from './greet-installer.js';
import { createHome } from './home.js';
import { installRoutes } from './install-routes.js';
import type { SlackAdapterOptions } from './options.js';
import { createPacing } from './pacing.js';
import { createPictures } from './pictures.js';
import { placeOf } from './place.js';
import { createNoted } from './noted.js';
import { createProfiles, type TellSender } from './profiles.js';
import { createAfterwork } from './acknowledgement.js';
import { createReceiver } from './receive.js';
import { createRenderer } from './render.js';
import { createResponder } from './respond.js';
import { createResponseUrls } from './response-url.js';
import { createSender } from './send.js';
import { createSocketMode } from './socket-mode.js';
import { createSortOut } from './sort-out.js';
import { createThreads } from './threads.js';
import { createWebApi } from './web-api.js';
import { createWorkspaces } from './workspaces.js';

export type { SlackInstallation, SlackInstallationStore } from './installation.js';
export type { HomeButton, HomeContent, SlackAdapterOptions, SlackCredentials } from './options.js';

export interface SlackAdapter {
  port: ChannelPort;
  http: HttpModule;
  /** Adds name and e-mail address from the workspace's directory to a sender. */
  completeSender: TellSender;
  /** Whether an account of another workspace is one of the same organisation. */
  settleSender: TellSender;
  /** Whether somebody added the app where a conversation is, or runs the one workspace whose token it was given. */
  standingOf(
    conversation: ConversationReference,
    accountId: string,
  ): Promise<'installer' | 'owner' | 'other' | undefined>;
  /** Fetches an uploaded file with the workspace's token. */
  fetchFile: FetchSlackFile;
  /** What an operator has to see to, if anything. */
  problem(): string | undefined;
  /** Opens the connection of Socket Mode, where it is configured; call it when turns can be taken. */
  start(): Promise<void>;
  /** Stops live replies and the connection, and waits for the answers to clicks that are under way. */
  close(): Promise<void>;
}

const SLACK_API = 'https://slack.com/api/';
/** Workspaces in one line for an operator. */
const MOST_NAMED = 10;
const MAX_BODY_BYTES = 2 * 1_048_576;
/** Slack waits three seconds for a modal's answer. */
const RESPOND_WITHIN_MS = 2_200;

/** Joins the parts of the Slack channel. Nothing is fetched until `start`, the first request or the first message. */
export function createSlackAdapter(
  options: SlackAdapterOptions & { prompts?: readonly Prompt[] },
): SlackAdapter {
  const { credentials, clock, metrics, fetch, payloads } = options;
  const logger = options.logger.child({ channel: 'slack' });
  const apiUrl = options.apiUrl ?? SLACK_API;
  const closing = new AbortController();
  const afterwork = createAfterwork(logger);

  const workspaces = createWorkspaces({ ...options, apiUrl, logger });
  const threads = createThreads(options.threads, workspaces);
  const api = createWebApi({ apiUrl, fetch, workspaces, pacing: createPacing(clock), metrics });
  const pictures = createPictures({ api, fetch, apiUrl, clock, logger });
  const renderer = createRenderer({ renderCard: options.renderCard, payloads, pictures, logger });
  const directMessages = createDirectMessages(api);
  const profiles = createProfiles(api, clock, logger);
  const greet = createGreetInstaller({ ...options, api, directMessages });
  const { port, live, updates } = createSender({
    api,
    renderer,
    threads,
    directMessages,
    workspaces,
    clock,
    logger,
    metrics,
    closing: closing.signal,
    answeredInPrivate: options.texts.answeredInPrivate,
    localeOf: profiles.localeOf,
  });
  const sortOut = createSortOut({
    workspaces,
    threads,
    payloads,
    noted: createNoted({ references: options.references, threads, afterwork }),
    answerBots: options.answerBots ?? false,
    clock,
    logger,
    metrics,
  });
  port.sortOut = sortOut.later;
  const shared = { intake: options.intake, workspaces, sortOut, afterwork, logger, metrics };
  const receiver = createReceiver({
    signingSecret: credentials.signingSecret,
    events: createEventHandler({
      ...shared,
      live,
      greet,
      home: createHome(api, options.home),
      agentView: createAgentView(api, options.prompts ?? [], logger),
    }),
    interactions: createInteractionHandler({
      ...shared,
      threads,
      clock,
      payloads,
      renderer,
      responder: createResponder({
        api,
        renderer,
        port,
        updates,
        responseUrls: createResponseUrls(fetch, apiUrl),
        shown: (activity, response) => options.intake.shown(activity, response),
        title: options.texts.title,
        clock,
        logger,
      }),
      texts: options.texts,
      localeOf: profiles.localeOf,
      respondWithinMs: options.respondWithinMs ?? RESPOND_WITHIN_MS,
    }),
    clock,
    logger,
    metrics,
  });
  const { appToken } = credentials;
  const socket = appToken && createSocketMode({ appToken, apiUrl, take: receiver.socket, clock, logger });
  return {
    port,
    completeSender: profiles.complete,
    settleSender: profiles.settle,
    standingOf: async (conversation, accountId) => {
      if (credentials.botToken) return profiles.standingOf(accountId, conversation);
      const installer = await workspaces.installerOf(placeOf(conversation));
      return installer === accountId ? 'installer' : undefined;
    },
    fetchFile: createFileFetch({ fetch, api, workspaces, apiUrl }),
    problem: () => {
      if (socket && !socket.isConnected()) return 'Slack is not connected by Socket Mode';
      const refused = api.refused();
      if (refused.length === 0) return undefined;
      const more = refused.length > MOST_NAMED ? ` and ${refused.length - MOST_NAMED} more` : '';
      const named = refused.slice(0, MOST_NAMED).join(', ');
      return `Slack refuses the token of ${named}${more}; install the app there again`;
    },
    http: {
      routes: [
        {
          method: 'POST',
          path: '/slack/events',
          body: 'bytes',
          maxBytes: MAX_BODY_BYTES,
          handle: (request) => receiver.http(request),
        },
        ...installRoutes({
          ...options,
          words: options.texts.install,
          onInstalled: (installation) => {
            workspaces.forget(installation);
            afterwork.do('Greeting whoever added the app', () => greet(installation));
          },
          apiUrl,
          logger,
        }),
      ],
    },
    start: async () => {
      await workspaces.start();
      if (socket) await socket.start();
    },
    close: async () => {
      closing.abort();
      if (socket) await socket.close();
      await afterwork.idle();
    },
  };
}
