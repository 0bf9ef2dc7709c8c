/**
 * Makes a plain value safe inside card markdown: it shows as it was written, and cannot become a link, an emphasis or
 * a list that its author did not have the right to make. Only what would act as markup is escaped, so that clients
 * which show the backslash show few of them.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\\`*[\]~]/g, '\\$&')
    .replace(/(^|[^\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, (match) => match.replace('_', '\\_'))
    .replace(/^(\s*)([-+>#])/gm, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s)/gm, '$1\\$2');
}

/** The words that escaped markdown stands for. */
export function unescapeMarkdown(text: string): string {
  return text.replace(/\\([\\`*_[\]~\-+>#.)(!|{}<])/g, '$1');
}
