const ARTICLES = [
  '(?:please )?(?:(?:show|list)(?: me)? )?(?:all )?(?:the |our )?(?:knowledge )?articles',
  '(?:bitte )?(?:zeige?(?: mir)? )?(?:alle |die |unsere )?(?:wissens)?artikel',
  '(?:muestra(?:me)? |ver )?(?:todos )?(?:los |nuestros )?artículos(?: de conocimiento)?',
  '(?:montre(?:-moi)? |voir )?(?:tous )?(?:les |nos )?articles(?: de connaissances)?',
  '(?:ナレッジ)?記事(?:の?一覧)?(?:を(?:見せて|表示して)(?:ください|下さい)?)?',
].map((pattern) => new RegExp(`^/?${pattern}\\s*[.!?。]?$`, 'iu'));

/** "articles" and its like, which hold nothing but the command. */
export const isArticlesCommand = (text: string): boolean =>
  ARTICLES.some((pattern) => pattern.test(text.trim()));
