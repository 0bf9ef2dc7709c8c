import { el, icon } from './dom.js';

/** The panel beside the chat that shows where an answer comes from. */
export class PassagePanel {
  #panel;
  #openedBy = null;
  #request = 0;

  constructor(panel) {
    this.#panel = panel;
    panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.close());
  }

  /** @param load fetches the passage; the citation's own quote is shown until it is there, and if it never comes. */
  async open(citation, load, openedBy) {
    this.#openedBy = openedBy ?? document.activeElement;
    const request = (this.#request += 1);
    this.#show(citation, null);
    this.#panel.querySelector('.passage-close').focus();
    const passage = await load().catch(() => undefined);
    if (request === this.#request) this.#show(citation, passage ?? undefined);
  }

  close() {
    if (this.#panel.hidden) return;
    this.#request += 1;
    this.#panel.hidden = true;
    document.body.classList.remove('with-passage');
    this.#openedBy?.focus?.();
  }

  #show(citation, passage) {
    const hadFocus = this.#panel.contains(document.activeElement);
    const close = el(
      'button',
      {
        type: 'button',
        class: 'tool passage-close',
        'aria-label': 'Close the source',
        onclick: () => this.close(),
      },
      icon('close'),
    );
    const { title, path, headings } = passage ?? citation;
    this.#panel.replaceChildren(
      el(
        'header',
        {},
        el('span', { class: 'cite', text: citation.number }),
        el(
          'div',
          { class: 'passage-heads' },
          el('h2', { id: 'passage-title', text: title }),
          el('p', { class: 'path', text: [path, ...headings].join('  ›  ') }),
        ),
        close,
      ),
      el(
        'div',
        { class: 'passage-text', tabindex: '0', role: 'region', 'aria-label': 'Passage' },
        ...this.#body(citation, passage),
      ),
    );
    this.#panel.hidden = false;
    document.body.classList.add('with-passage');
    this.#panel.querySelector('mark')?.scrollIntoView?.({ block: 'center' });
    if (hadFocus) close.focus();
  }

  #body(citation, passage) {
    if (passage === null)
      return [el('p', { class: 'loading', role: 'status', text: 'Opening the document…' })];
    if (passage === undefined) {
      return [
        el('blockquote', { text: citation.quote }),
        el('p', {
          class: 'notice',
          role: 'status',
          text: 'The rest of this document cannot be shown. It may be gone, or you may not read it.',
        }),
      ];
    }
    const around = (place) => passage.neighbours.filter((neighbour) => neighbour.place === place);
    return [
      ...around('before').map((neighbour) => neighbourView(neighbour)),
      el('section', { class: 'cited' }, ...paragraphs(passage.text, citation.quote)),
      ...around('after').map((neighbour) => neighbourView(neighbour)),
    ];
  }
}

function neighbourView({ headings, text }) {
  const heading = headings.at(-1);
  return el('section', { class: 'neighbour' }, heading && el('h3', { text: heading }), ...paragraphs(text));
}

/** Plain text in paragraphs, with the cited words marked; runs of white space count as one. */
function paragraphs(text, quote = '') {
  const pattern = quote.trim() && new RegExp(quote.trim().split(/\s+/).map(escaped).join('\\s+'));
  const found = pattern ? pattern.exec(text) : null;
  const marked = found
    ? [text.slice(0, found.index), found[0], text.slice(found.index + found[0].length)]
    : [text];
  const blocks = [el('p')];
  marked.forEach((part, index) => {
    part.split(/\n\s*\n/).forEach((piece, position) => {
      if (position > 0) blocks.push(el('p'));
      if (piece) blocks.at(-1).append(index === 1 ? el('mark', { text: piece }) : piece);
    });
  });
  return blocks.filter((block) => block.textContent.trim() !== '');
}

function escaped(word) {
  return word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
