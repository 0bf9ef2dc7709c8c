import { Connection, Refused } from './connection.js';
import { avatar, copyText, el, icon } from './dom.js';
import { botMessageView, liveView, ownMessageView } from './message-view.js';
import { personPicker } from './person-picker.js';

/** How long "working" is shown when nothing comes any more. */
const PATIENCE_MS = 90_000;

/** How long a line under a clicked card outlives the card's being rewritten. */
const NOTE_MS = 10_000;

/** Refusals whose sentence tells the person what to do: a bad file, too large a file, too many messages. */
const SAID = new Set([400, 413, 429]);
const TOO_LARGE = 'At most 4 MB can be sent at once.';

/** One chat: a person, their conversation with Steward, and the box to write in. */
export class Pane {
  #person;
  #options;
  #connection;
  #messages = new Map();
  #pending = new Map();
  #live = null;
  #liveTimer = null;
  #log;
  #below;
  #chips;
  #box;
  #empty;

  /** @param options `number`, `people`, `panel`, `onPick(person)`, `onState(state)` */
  constructor(person, options) {
    this.#person = person;
    this.#options = options;
    this.element = this.#build();
    this.#connection = new Connection(person, {
      onOpen: (isNew) =>
        isNew && void this.#post({ type: 'event', name: 'webchat/join' }).catch(() => undefined),
      onActivity: (activity) => this.#receive(activity),
      onState: (state) => options.onState(this, state),
      onReset: () => this.#clear(),
    });
    void this.#connection.start();
  }

  get person() {
    return this.#person;
  }

  focus() {
    this.#box.focus({ preventScroll: true });
  }

  close() {
    clearTimeout(this.#liveTimer);
    this.#connection.close();
    this.element.remove();
  }

  #build() {
    const { number, people } = this.#options;
    const name = this.#person.name;
    this.#log = el('div', {
      class: 'log',
      role: 'log',
      'aria-live': 'polite',
      'aria-label': `Conversation of ${name} with Steward`,
    });
    this.#below = el('div', { class: 'below' });
    this.#chips = el('div', {
      class: 'chips suggestions',
      role: 'group',
      'aria-label': 'Suggestions',
      hidden: true,
    });
    this.#empty = el(
      'div',
      { class: 'empty' },
      el('img', { src: '/page/icon.svg', alt: '', width: 56, height: 56 }),
      el('h2', { text: 'What would you like to know?' }),
      el('p', { text: 'Steward answers from your company’s documents and shows where it says so.' }),
    );
    const scroll = el(
      'div',
      { class: 'scroll', tabindex: '-1' },
      el('div', { class: 'column' }, this.#empty, this.#log, this.#below),
    );
    return el(
      'section',
      { class: 'pane', 'aria-label': `Chat as ${name}` },
      el(
        'header',
        { class: 'pane-head' },
        people.length > 0
          ? personPicker(people, this.#person, (person) => this.#options.onPick(this, person))
          : el('span', { class: 'person alone' }, avatar(this.#person), el('strong', { text: name })),
        el(
          'button',
          {
            type: 'button',
            class: 'tool new-chat',
            'aria-label': 'New conversation',
            onclick: () => void this.#restart(),
          },
          icon('fresh'),
          el('span', { class: 'tool-text', text: 'New conversation' }),
        ),
      ),
      scroll,
      el('div', { class: 'foot' }, el('div', { class: 'column' }, this.#chips, this.#composer(number))),
    );
  }

  #composer(number) {
    this.#box = el('textarea', {
      id: `message-${number}`,
      class: 'box',
      rows: 1,
      maxlength: 20_000,
      enterkeyhint: 'send',
      placeholder: 'Ask Steward…',
      'aria-label': `Message to Steward as ${this.#person.name}`,
    });
    const picker = el('input', { type: 'file', multiple: true, hidden: true, tabindex: '-1' });
    const form = el(
      'form',
      { class: 'composer' },
      el(
        'button',
        {
          type: 'button',
          class: 'attach',
          'aria-label': 'Send files',
          title: 'Send files',
          onclick: () => picker.click(),
        },
        icon('attach'),
      ),
      picker,
      this.#box,
      el('button', { type: 'submit', class: 'send', 'aria-label': 'Send' }, icon('send')),
    );
    const grow = () => {
      this.#box.style.height = 'auto';
      this.#box.style.height = `${Math.min(this.#box.scrollHeight, 200)}px`;
      form.classList.toggle('has-text', this.#box.value.trim() !== '');
    };
    this.#box.addEventListener('input', grow);
    this.#box.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      form.requestSubmit();
    });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#box.value.trim();
      if (text === '') return;
      this.#box.value = '';
      grow();
      this.#say(text);
    });
    /** Files leave at once, with what stands in the box. */
    const sendFiles = (files) => {
      if (files.length === 0) return;
      const text = this.#box.value.trim();
      this.#box.value = '';
      grow();
      this.#say(text, files);
    };
    picker.addEventListener('change', () => {
      sendFiles([...picker.files]);
      picker.value = '';
    });
    form.addEventListener('dragover', (event) => event.preventDefault());
    form.addEventListener('drop', (event) => {
      event.preventDefault();
      sendFiles([...event.dataTransfer.files]);
    });
    return form;
  }

  /** Shows the person's words and files at once and sends them. */
  #say(text, files = []) {
    const clientId = crypto.randomUUID?.() ?? `${performance.now()}-${Math.random()}`;
    const activity = {
      type: 'message',
      text,
      textFormat: 'plain',
      localTimestamp: new Date().toISOString(),
      localTimezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      ...(files.length > 0 && { attachments: files.map(({ name, type }) => ({ name, contentType: type })) }),
    };
    this.#showChips([]);
    void this.#sendAs(clientId, activity, files);
  }

  async #sendAs(clientId, activity, files) {
    this.#showPending(clientId, activity, 'sending');
    try {
      const { attachments: _shown, ...sent } = activity;
      await this.#connection.send(sent, clientId, files);
      // An answer that was quicker than this line has already taken the place.
      if (this.#pending.has(clientId) || !this.#wasAnswered(clientId)) this.#expectAnswer();
    } catch (error) {
      if (this.#pending.has(clientId)) this.#showPending(clientId, activity, 'failed', error, files);
    }
  }

  #wasAnswered(clientId) {
    const all = [...this.#messages.values()].map(({ activity }) => activity);
    const own = all.find(({ channelData }) => channelData?.clientActivityID === clientId);
    return own !== undefined && all.some(({ replyToId }) => replyToId === own.id);
  }

  #showPending(clientId, activity, state, error, files = []) {
    const view = ownMessageView(activity, { state, onRetry: () => this.#sendAs(clientId, activity, files) });
    if (error instanceof Refused && SAID.has(error.status))
      view
        .querySelector('.meta')
        .append(el('span', { role: 'status' }, error.status === 413 ? TOO_LARGE : error.message));
    else if (error instanceof Refused && error.requestId)
      view.querySelector('.meta').append(referenceCopy(error.requestId));
    const before = this.#pending.get(clientId);
    this.#pending.set(clientId, view);
    if (before) before.replaceWith(view);
    else this.#below.prepend(view);
    this.#empty.hidden = true;
    this.#scrollDown(true);
  }

  #receive(activity) {
    const isBot = activity.from?.role === 'bot';
    if (activity.type === 'typing' && isBot) return this.#showLive(activity);
    if (activity.type !== 'message') return;
    const clientId = activity.channelData?.clientActivityID;
    if (!isBot && clientId) {
      this.#pending.get(clientId)?.remove();
      this.#pending.delete(clientId);
    }
    const isSilentClick = !isBot && !activity.text && !(activity.attachments ?? []).length;
    if (isSilentClick) return;
    const wasAtEnd = this.#isAtEnd();
    if (isBot) this.#endLive(activity);
    this.#place(activity, isBot ? this.#botView(activity) : ownMessageView(activity));
    if (isBot)
      this.#showChips(
        (activity.suggestedActions?.actions ?? []).map(({ value, title }) => ({
          value: value ?? title,
          title,
        })),
      );
    this.#empty.hidden = true;
    if (wasAtEnd || !isBot) this.#scrollDown();
  }

  /** A message that comes again under its id takes the place of what was shown. */
  #place(activity, view) {
    const before = this.#messages.get(activity.id);
    this.#messages.set(activity.id, { activity, view, note: before?.note });
    if (!before) {
      this.#log.append(view);
      return;
    }
    // A refused click rewrites the card as well: what it was told stays below; what comes later is news of its own.
    if (before.note && Date.now() - before.note.at < NOTE_MS)
      view.querySelector('.said')?.append(before.note.line);
    const hadFocus = before.view.contains(document.activeElement);
    before.view.replaceWith(view);
    if (!hadFocus) return;
    // Whoever pressed a button of the old card stays where they were.
    view.tabIndex = -1;
    view.focus({ preventScroll: true });
  }

  #botView(activity) {
    return botMessageView(activity, {
      onCite: (citation, from) =>
        void this.#options.panel.open(
          citation,
          () => this.#connection.passage(citation.documentId, citation.passageId),
          from,
        ),
      onAction: (click) => this.#click(activity, click),
      onRate: (rated, rating, reason) => this.#rate(rated, rating, reason),
    });
  }

  /** A click on a card; a prompt is asked in the person's own name. */
  async #click(activity, { verb, data, isExecute, button }) {
    if (verb === 'ask.prompt' && typeof data.prompt === 'string') return this.#say(data.prompt);
    button?.setAttribute('aria-busy', 'true');
    this.#dropNote(activity);
    try {
      const answer = isExecute
        ? await this.#post({
            type: 'invoke',
            name: 'adaptiveCard/action',
            replyToId: activity.id,
            value: { action: { type: 'Action.Execute', verb, data } },
          })
        : await this.#post({
            type: 'message',
            replyToId: activity.id,
            value: data,
            channelData: { postBack: true },
          });
      if (answer.type === 'application/vnd.microsoft.error')
        this.#note(activity, answer.value.message, 'bad');
      else if (answer.type === 'application/vnd.microsoft.activity.message' && answer.value)
        this.#note(activity, answer.value);
    } catch (error) {
      this.#note(activity, 'This click did not arrive. Try again.', 'bad', error.requestId);
    } finally {
      button?.removeAttribute('aria-busy');
    }
  }

  async #rate(activity, rating, reason) {
    const actionValue = {
      reaction: rating === 'up' ? 'like' : 'dislike',
      feedback: { feedbackText: reason ?? '' },
    };
    try {
      await this.#post({
        type: 'invoke',
        name: 'message/submitAction',
        replyToId: activity.id,
        value: { actionName: 'feedback', actionValue },
      });
      return true;
    } catch {
      return false;
    }
  }

  #post(activity) {
    return this.#connection.send(activity);
  }

  /** A line under the message that was clicked. */
  #note(activity, text, tone = '', requestId = null) {
    const shown = this.#messages.get(activity.id);
    if (!shown) return;
    this.#dropNote(activity);
    const line = el(
      'p',
      { class: `click-note ${tone}`, role: 'status' },
      text,
      requestId && referenceCopy(requestId),
    );
    shown.note = { line, at: Date.now() };
    shown.view.querySelector('.said')?.append(line);
  }

  #dropNote(activity) {
    const shown = this.#messages.get(activity.id);
    shown?.view.querySelector('.click-note')?.remove();
    if (shown) shown.note = undefined;
  }

  #expectAnswer() {
    this.#live ??= this.#newLive();
  }

  #newLive() {
    const view = liveView(
      () => void this.#post({ type: 'event', name: 'steward/stop' }).catch(() => undefined),
    );
    const wasAtEnd = this.#isAtEnd();
    this.#below.append(view.element);
    if (wasAtEnd) this.#scrollDown();
    this.#waitOn();
    return { ...view, streamId: null, sequence: 0 };
  }

  #showLive(activity) {
    const { streamId, streamType, streamSequence = 0 } = activity.channelData ?? {};
    if (streamType === 'final') return this.#endLive();
    this.#expectAnswer();
    if (this.#live.streamId !== null && this.#live.streamId !== streamId) this.#live.sequence = 0;
    if (streamSequence < this.#live.sequence) return;
    this.#live.streamId = streamId ?? null;
    this.#live.sequence = streamSequence;
    this.#waitOn();
    if (!activity.text) return;
    const wasAtEnd = this.#isAtEnd();
    if (streamType === 'informative') this.#live.say(activity.text);
    else this.#live.grow(activity.text);
    if (wasAtEnd) this.#scrollDown();
  }

  #endLive() {
    clearTimeout(this.#liveTimer);
    this.#live?.element.remove();
    this.#live = null;
  }

  #waitOn() {
    clearTimeout(this.#liveTimer);
    this.#liveTimer = setTimeout(() => this.#endLive(), PATIENCE_MS);
  }

  #showChips(suggestions) {
    this.#chips.replaceChildren(
      ...suggestions.map(({ title, value }) =>
        el('button', { type: 'button', class: 'chip', text: title, onclick: () => this.#say(String(value)) }),
      ),
    );
    this.#chips.hidden = suggestions.length === 0;
  }

  async #restart() {
    this.#options.panel.close();
    await this.#connection.restart();
    this.focus();
  }

  #clear() {
    this.#endLive();
    this.#messages.clear();
    this.#pending.clear();
    this.#log.replaceChildren();
    this.#below.replaceChildren();
    this.#showChips([]);
    this.#empty.hidden = false;
  }

  get #scroll() {
    return this.element.querySelector('.scroll');
  }

  #isAtEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
    return scrollHeight - scrollTop - clientHeight < 120;
  }

  #scrollDown(isOwn = false) {
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.#scroll.scrollTo({ top: this.#scroll.scrollHeight, behavior: isOwn && !isCalm ? 'smooth' : 'auto' });
  }
}

function referenceCopy(reference) {
  const button = el(
    'button',
    { type: 'button', class: 'link' },
    icon('copy'),
    el('span', { class: 'label', text: 'Copy reference' }),
  );
  button.addEventListener('click', () => void copyText(reference, button));
  return button;
}
