import { memory } from './dom.js';

const DIRECT_LINE = '/directline';
const REFRESH_MS = 15 * 60_000;
const POLL_MS = 1_000;
const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 8_000;

/** A request that was answered with a refusal. */
export class Refused extends Error {
  constructor(
    status,
    { code = String(status), message = 'The server refused this.' } = {},
    requestId = null,
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.requestId = requestId;
  }
}

async function ask(path, { token, body, method = body === undefined ? 'GET' : 'POST' } = {}) {
  const response = await fetch(path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return answerOf(response);
}

/** An activity and the files that come with it, as Direct Line takes them. */
async function askWithFiles(path, { token, body, files }) {
  const form = new FormData();
  form.append('activity', new Blob([JSON.stringify(body)], { type: 'application/vnd.microsoft.activity' }));
  for (const file of files) form.append('file', file, file.name);
  const headers = { authorization: `Bearer ${token}` };
  return answerOf(await fetch(path, { method: 'POST', headers, body: form }));
}

async function answerOf(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer.error, response.headers.get('x-request-id'));
  return answer;
}

/**
 * One person's conversation over Direct Line: a WebSocket while there is one, polling where sockets do not pass, and
 * again and again until the server is back. Reports by `onActivity`, `onState` ('online' | 'offline') and `onReset`.
 */
export class Connection {
  #person;
  #handlers;
  /** @type {{conversationId: string, token: string, streamUrl: string, isNew?: boolean} | null} */
  #conversation = null;
  #watermark = '0';
  #socket = null;
  #waitMs = FIRST_WAIT_MS;
  #timer = null;
  #refresh = null;
  #failedSockets = 0;
  #closed = false;

  /** @param {{accountId: string, token?: string}} person a token speaks for itself; without one, the page asks for one. */
  constructor(person, handlers) {
    this.#person = person;
    this.#handlers = handlers;
  }

  get token() {
    return this.#conversation?.token;
  }

  get #key() {
    return `conversation.${this.#person.accountId}`;
  }

  /** Takes up this person's conversation where the browser left it, or opens a new one. */
  async start({ fresh = false } = {}) {
    if (fresh) memory.write(this.#key, null);
    this.#refresh ??= setInterval(() => void this.#refreshToken(), REFRESH_MS);
    await this.#open();
  }

  /** Opens a new conversation and forgets the old one. */
  async restart() {
    this.#dropSocket();
    this.#conversation = null;
    this.#watermark = '0';
    this.#handlers.onReset();
    await this.start({ fresh: true });
  }

  close() {
    this.#closed = true;
    clearTimeout(this.#timer);
    clearInterval(this.#refresh);
    this.#dropSocket();
  }

  /**
   * Sends an activity, with files if there are any; the same `clientId` again is taken once by the server.
   * @returns the server's answer: the id, and for an invoke the response.
   */
  async send(activity, clientId = crypto.randomUUID?.() ?? String(Math.random()).slice(2), files = []) {
    if (!this.#conversation) throw new Refused(503, { message: 'There is no connection yet.' });
    const body = {
      locale: navigator.language,
      ...activity,
      from: { id: this.#person.accountId, name: this.#person.name },
      channelData: { ...activity.channelData, clientActivityID: clientId },
    };
    try {
      return await this.#postActivity(body, files);
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== 'TokenExpired') throw error;
      // The machine slept longer than the token lives.
      this.#conversation = await this.#openConversation();
      return this.#postActivity(body, files);
    }
  }

  #postActivity(body, files) {
    const { conversationId, token } = this.#conversation;
    if (files.length > 0) {
      const path = `${DIRECT_LINE}/conversations/${conversationId}/upload?userId=${encodeURIComponent(body.from.id)}`;
      return askWithFiles(path, { token, body, files });
    }
    return ask(`${DIRECT_LINE}/conversations/${conversationId}/activities`, { token, body });
  }

  passage(documentId, passageId) {
    const path = `/page/passages/${encodeURIComponent(documentId)}/${encodeURIComponent(passageId)}`;
    return ask(path, { token: this.token });
  }

  async #open() {
    try {
      const opened = await this.#openConversation();
      this.#conversation = opened;
      memory.write(this.#key, opened.conversationId);
      this.#isOnline();
      this.#handlers.onOpen?.(opened.isNew === true);
      this.#connectSocket(opened.streamUrl);
    } catch (error) {
      this.#later(error, () => this.#open());
    }
  }

  #openConversation() {
    if (this.#person.token) {
      return ask(`${DIRECT_LINE}/conversations`, { token: this.#person.token, body: {} }).then((opened) => ({
        ...opened,
        isNew: memory.read(this.#key) !== opened.conversationId,
      }));
    }
    const { accountId } = this.#person;
    return ask('/page/conversations', {
      body: { accountId, conversationId: memory.read(this.#key) ?? undefined },
    });
  }

  #connectSocket(url) {
    this.#dropSocket();
    if (this.#failedSockets >= 3) {
      void this.#poll();
      return;
    }
    const address = new URL(url);
    // The page's own host: the server may know itself under another name.
    address.host = location.host;
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(address);
    this.#socket = socket;
    let wasOpen = false;
    socket.addEventListener('open', () => {
      wasOpen = true;
      this.#failedSockets = 0;
      this.#isOnline();
    });
    socket.addEventListener('message', ({ data }) => data && this.#receive(JSON.parse(data)));
    socket.addEventListener('close', () => {
      if (this.#socket !== socket || this.#closed) return;
      this.#socket = null;
      if (!wasOpen) this.#failedSockets += 1;
      this.#timer = setTimeout(() => void this.#reconnect(), wasOpen ? 100 : FIRST_WAIT_MS);
    });
  }

  async #reconnect() {
    try {
      const { conversationId, token } = this.#conversation;
      const path = `${DIRECT_LINE}/conversations/${conversationId}?watermark=${this.#watermark}`;
      const opened = await ask(path, { token });
      this.#conversation = { ...this.#conversation, ...opened };
      this.#isOnline();
      this.#connectSocket(opened.streamUrl);
    } catch (error) {
      this.#later(error, () => this.#reconnect());
    }
  }

  async #poll() {
    try {
      const { conversationId, token } = this.#conversation;
      const path = `${DIRECT_LINE}/conversations/${conversationId}/activities?watermark=${this.#watermark}`;
      this.#receive(await ask(path, { token }));
      this.#isOnline();
      if (!this.#closed) this.#timer = setTimeout(() => void this.#poll(), POLL_MS);
    } catch (error) {
      this.#later(error, () => this.#poll());
    }
  }

  #receive({ activities, watermark }) {
    for (const activity of activities) this.#handlers.onActivity(activity);
    if (watermark) this.#watermark = watermark;
  }

  /** Expired and unknown conversations are opened anew; anything else is tried again, each time a little later. */
  #later(error, again) {
    if (this.#closed) return;
    const isGone = error instanceof Refused && (error.status === 403 || error.status === 404);
    if (isGone && this.#conversation) {
      const wasGone = error.status === 404;
      this.#conversation = null;
      this.#watermark = '0';
      if (wasGone) memory.write(this.#key, null);
      this.#handlers.onReset();
      void this.#open();
      return;
    }
    this.#handlers.onState('offline', error);
    this.#timer = setTimeout(() => void again(), this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 1.7, LONGEST_WAIT_MS);
  }

  #isOnline() {
    this.#waitMs = FIRST_WAIT_MS;
    this.#handlers.onState('online');
  }

  async #refreshToken() {
    if (!this.#conversation) return;
    const path = `${DIRECT_LINE}/tokens/refresh`;
    const fresh = await ask(path, { token: this.token, method: 'POST' }).catch(() => null);
    if (fresh && this.#conversation) this.#conversation.token = fresh.token;
  }

  #dropSocket() {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
