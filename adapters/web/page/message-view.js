import { cardView } from './card-view.js';
import { copyText, el, icon, memory } from './dom.js';
import { markdownView } from './markdown-view.js';

const REASONS = ['Wrong', 'Out of date', 'Not what I asked', 'Hard to understand'];
const CARD = 'application/vnd.microsoft.card.adaptive';

const timeOf = (activity) =>
  new Date(activity.timestamp ?? Date.now()).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });

const facts = (activity) => activity.channelData?.steward ?? {};

/** What a person wrote. `state` is 'sending', 'failed' or nothing. */
export function ownMessageView(activity, { state, onRetry } = {}) {
  const files = (activity.attachments ?? []).map(({ name, contentUrl }) =>
    el('a', { class: 'file', href: contentUrl, download: name }, icon('document'), name ?? 'file'),
  );
  return el(
    'article',
    { class: `message own ${state ?? ''}`, 'aria-label': 'You' },
    el('div', { class: 'bubble' }, activity.text && el('p', { text: activity.text }), ...files),
    el(
      'div',
      { class: 'meta' },
      state === 'sending'
        ? 'Sending…'
        : state === 'failed'
          ? 'Not sent.'
          : el('time', { text: timeOf(activity) }),
      state === 'failed' &&
        el('button', { type: 'button', class: 'link', onclick: onRetry }, icon('retry'), 'Send again'),
    ),
  );
}

/** What Steward said: its card where it has one, else its text; with ratings and, for errors, the reference. */
export function botMessageView(activity, handlers) {
  const { citations = [], feedbackFor, reference } = facts(activity);
  const cards = (activity.attachments ?? []).filter(({ contentType }) => contentType === CARD);
  const body = el('div', { class: 'body' });
  const onCite = (citation, from) => handlers.onCite(citation, from);
  for (const { content } of cards)
    body.append(safeCard(content, activity, { citations, onCite, ...handlers }));
  if (cards.length === 0)
    body.append(el('div', { class: 'bubble' }, markdownView(activity.text ?? '', citations, onCite)));
  if (cards.length === 0 && citations.length > 0) body.append(sourceList(citations, onCite));
  return el(
    'article',
    { class: 'message bot', 'aria-label': 'Steward', 'data-id': activity.id },
    el('img', { class: 'bot-mark', src: '/page/icon.svg', alt: '', width: 30, height: 30 }),
    el(
      'div',
      { class: 'said' },
      body,
      el(
        'div',
        { class: 'meta' },
        el('time', { text: timeOf(activity) }),
        reference && referenceButton(reference),
        activity.text && feedbackFor && copyButton(activity.text),
        feedbackFor && ratingView(activity, handlers),
      ),
    ),
  );
}

/** A card that the renderer cannot show must not hide what was said. */
function safeCard(content, activity, options) {
  try {
    return cardView(content, { ...options, label: 'Card from Steward' });
  } catch {
    return el(
      'div',
      { class: 'bubble' },
      markdownView(activity.text ?? '', options.citations, options.onCite),
    );
  }
}

function sourceList(citations, onCite) {
  const items = citations.map((citation) =>
    el(
      'li',
      {},
      el(
        'button',
        { type: 'button', class: 'source', onclick: ({ currentTarget }) => onCite(citation, currentTarget) },
        el('span', { class: 'cite', text: citation.number }),
        el('span', { text: citation.title }),
      ),
    ),
  );
  return el('ol', { class: 'sources', 'aria-label': 'Sources' }, ...items);
}

function referenceButton(reference) {
  const button = el(
    'button',
    { type: 'button', class: 'link', title: 'Copy the reference for the service desk' },
    icon('copy'),
    el('span', { class: 'label', text: 'Copy reference' }),
  );
  button.addEventListener('click', () => void copyText(reference, button));
  return button;
}

function copyButton(text) {
  const button = el(
    'button',
    { type: 'button', class: 'link copy', title: 'Copy the answer' },
    icon('copy'),
    el('span', { class: 'label', text: 'Copy' }),
  );
  button.addEventListener('click', () => void copyText(text, button));
  return button;
}

/** Thumbs that stay pressed, and a place to say why; the last word counts. */
function ratingView(activity, { onRate }) {
  const key = `rating.${activity.id}`;
  const thumb = (rating, label) => {
    const button = el(
      'button',
      {
        type: 'button',
        class: `thumb thumb-${rating}`,
        'aria-label': label,
        title: label,
        'aria-pressed': 'false',
      },
      icon('up'),
    );
    button.addEventListener('click', () => void rate(rating, button));
    return button;
  };
  const up = thumb('up', 'Good answer');
  const down = thumb('down', 'Bad answer');
  const view = el('div', { class: 'rating', role: 'group', 'aria-label': 'Rate this answer' }, up, down);
  const press = (rating) => {
    up.setAttribute('aria-pressed', String(rating === 'up'));
    down.setAttribute('aria-pressed', String(rating === 'down'));
  };
  const rate = async (rating, button) => {
    press(rating);
    view.closest('.said').querySelector('.reason')?.remove();
    const isSent = await onRate(activity, rating);
    if (!isSent) return press(memory.read(key));
    memory.write(key, rating);
    const form = reasonForm(rating, async (reason) => {
      const isKept = reason === '' || (await onRate(activity, rating, reason));
      form.remove();
      view.append(el('span', { class: 'thanks', role: 'status', text: isKept ? 'Thank you.' : 'Not sent.' }));
      button.focus();
    });
    view.querySelector('.thanks')?.remove();
    view.closest('.said').append(form);
    form.scrollIntoView({ block: 'nearest' });
    form.querySelector('textarea').focus();
  };
  press(memory.read(key));
  return view;
}

function reasonForm(rating, onDone) {
  const isBad = rating === 'down';
  const question = isBad ? 'What was wrong?' : 'What was good?';
  const words = el('textarea', { rows: 2, maxlength: 1000, placeholder: 'Optional', 'aria-label': question });
  const chips = REASONS.map((reason) =>
    el('button', {
      type: 'button',
      class: 'chip small',
      text: reason,
      onclick: () => {
        words.value = words.value ? `${words.value}, ${reason.toLowerCase()}` : reason;
        words.focus();
      },
    }),
  );
  const form = el(
    'form',
    { class: 'reason', 'aria-label': question },
    el('span', { class: 'reason-title', text: question }),
    isBad && el('div', { class: 'chips' }, ...chips),
    words,
    el(
      'div',
      { class: 'reason-buttons' },
      el('button', { type: 'submit', class: 'primary small', text: 'Send' }),
      el('button', { type: 'button', class: 'plain small', text: 'Skip', onclick: () => onDone('') }),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    onDone(words.value.trim());
  });
  form.addEventListener('keydown', ({ key }) => key === 'Escape' && onDone(''));
  return form;
}

/** What Steward is doing right now: a status line, then text that grows. */
export function liveView(onStop) {
  const status = el('span', { class: 'live-status', role: 'status', text: 'Steward is working…' });
  const text = el('div', { class: 'live-text', 'aria-live': 'off' });
  const stop = el('button', { type: 'button', class: 'link', onclick: onStop }, icon('stop'), 'Stop');
  const dots = el('span', { class: 'dots', 'aria-hidden': 'true' }, el('i'), el('i'), el('i'));
  const element = el(
    'div',
    { class: 'message bot live' },
    el('img', { class: 'bot-mark', src: '/page/icon.svg', alt: '', width: 30, height: 30 }),
    el('div', { class: 'said' }, text, el('div', { class: 'live-line' }, dots, status, stop)),
  );
  return {
    element,
    say: (words) => {
      status.textContent = words;
    },
    grow: (markdown) => {
      text.replaceChildren(markdownView(markdown));
      status.textContent = 'Writing…';
    },
  };
}
