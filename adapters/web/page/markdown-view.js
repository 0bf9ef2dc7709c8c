import markdownIt from './vendor/markdown-it.js';

/** Markdown as answers use it. HTML stays text, links leave the page without telling where they come from. */
const markdown = markdownIt({ html: false, linkify: true, breaks: true, typographer: false });
markdown.disable('image');
markdown.renderer.rules.link_open = (tokens, index, options, _env, self) => {
  tokens[index].attrSet('target', '_blank');
  tokens[index].attrSet('rel', 'noopener noreferrer nofollow');
  return self.renderToken(tokens, index, options);
};
markdown.renderer.rules.table_open = () =>
  '<div class="table-scroll" tabindex="0" role="group" aria-label="Table"><table>';
markdown.renderer.rules.table_close = () => '</table></div>';

/** @returns an element that holds the rendered text, with `[n]` turned into buttons where citation n exists. */
export function markdownView(text, citations = [], onCite = () => {}) {
  const view = document.createElement('div');
  view.className = 'prose';
  view.innerHTML = markdown.render(text);
  linkCitations(view, citations, onCite);
  return view;
}

/** For card texts, which know no blocks besides lists and paragraphs. */
export function renderMarkdown(text) {
  return markdown.render(text);
}

/**
 * Turns `[n]` in the texts under an element into buttons that open what is cited. Inside of something that is clicked
 * as a whole, a second button would be unreachable: there it only looks like one.
 */
export function linkCitations(root, citations, onCite) {
  if (citations.length === 0) return;
  const texts = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (/\[\d+\]/.test(data) && !parentElement?.closest('a, code, pre')) texts.push(walker.currentNode);
  }
  for (const text of texts) {
    const isInside = text.parentElement?.closest('button, [role="button"]');
    text.replaceWith(...withMarks(text.data, citations, isInside ? citationMark : citationButton, onCite));
  }
}

function withMarks(text, citations, mark, onCite) {
  return text.split(/(\[\d+\])/).map((part) => {
    const citation = citations.find(({ number }) => part === `[${number}]`);
    return citation ? mark(citation, onCite) : part;
  });
}

function citationMark(citation) {
  const span = document.createElement('span');
  span.className = 'cite';
  const word = document.createElement('span');
  word.className = 'visually-hidden';
  word.textContent = 'Source ';
  span.append(word, String(citation.number));
  return span;
}

function citationButton(citation, onCite) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'cite';
  button.textContent = String(citation.number);
  button.title = citation.title;
  button.setAttribute('aria-label', `Source ${citation.number}: ${citation.title}`);
  button.addEventListener('click', () => onCite(citation, button));
  return button;
}
