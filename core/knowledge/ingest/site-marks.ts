interface Mark {
  /** Text that shows whether a page has any. */
  sign: string;
  mark: RegExp;
  /** What stays of a match. */
  kept: string | ((match: string) => string);
}

/** Marks that site generators give a meaning and readers of the page never see. */
const MARKS: Mark[] = [
  { sign: '<!--', mark: /<!--[\s\S]*?(?:-->|$)/g, kept: '' },
  // Docusaurus and VuePress: `:::note` … `:::`
  { sign: ':::', mark: /^[ \t]*:{3,}.*$/gm, kept: '' },
  // Hugo: `{{< panel >}}` … `{{< /panel >}}`, `{{% note %}}`
  { sign: '{{', mark: /\{\{[<%].*?[%>]\}\}/g, kept: '' },
  { sign: '{{', mark: /^[ \t]*\{\{.*\}\}[ \t]*$/gm, kept: '' },
  // Jekyll and Liquid: `{% include toc %}`; kramdown: `{: .note }`, `{#anchor}`
  { sign: '{%', mark: /\{%.*?%\}/g, kept: '' },
  { sign: '{:', mark: /\{:[^}\n]*\}[ \t]*$/gm, kept: '' },
  { sign: '{#', mark: /\{#[\w-]+\}[ \t]*$/gm, kept: '' },
  // MkDocs: `!!! note "Title"`, `??? tip`, `=== "Tab"` with the text indented below
  {
    sign: '\n    ',
    mark: /^(?:!!!|\?{3}\+?|===)[ \t]+\S.*\n(?:(?: {4}|\t).*(?:\n|$)|[ \t]*\n)+/gm,
    kept: (match) =>
      match
        .split('\n')
        .slice(1)
        .map((line) => line.replace(/^(?: {4}|\t)/, ''))
        .join('\n'),
  },
  // GitHub: `> [!NOTE]`; wikis: `[[_TOC_]]`, `[[Page|label]]`
  { sign: '[!', mark: /^([ \t]*>[ \t]*)\[![A-Za-z]+\][-+]?/gm, kept: '$1' },
  { sign: '[[', mark: /^[ \t]*\[\[_?TOC_?\]\][ \t]*$/gim, kept: '' },
  { sign: '[[', mark: /\[\[(?:[^\]|\n]*\|)?([^\]|\n]+)\]\]/g, kept: '$1' },
  // MDX: `import Tabs from '…'`
  { sign: 'import ', mark: /^import\s.+\sfrom\s+['"].+['"];?[ \t]*$/gm, kept: '' },
];

const HTML_TABLE = /^ {0,3}<table[\s>][\s\S]*?<\/table>/gim;

/** Takes comments and site generators' marks out of a Markdown text, and keeps what they frame. */
export function withoutSiteMarks(source: string): string {
  const text = MARKS.reduce((left, { sign, mark, kept }) => {
    if (!left.includes(sign)) return left;
    return typeof kept === 'string' ? left.replace(mark, kept) : left.replace(mark, kept);
  }, source);
  // A blank line would end an HTML table in Markdown, and its rows would be read as code.
  return text.includes('<table')
    ? text.replace(HTML_TABLE, (table) => table.replace(/\n\s*\n/g, '\n'))
    : text;
}
