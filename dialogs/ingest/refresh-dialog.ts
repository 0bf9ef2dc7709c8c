import { mayDo } from '../../core/governance/permissions.js';
import type { Turn } from '../../core/kernel/turn.js';
import { noticeContent } from '../cards/plain-cards.js';
import type { Dialog } from '../dialog.js';
import type { Texts } from '../texts.js';

const WHAT = {
  en: '(?:sources|documents|docs|handbook|knowledge(?: base)?|knowledge folder)',
  de: '(?:quellen|dokumente|handbuch|wissensbasis)',
  es: '(?:fuentes|documentos|manual|base de conocimiento)',
  fr: '(?:sources|documents|manuel|base de connaissances)',
  ja: '(?:ソース|文書|資料|ハンドブック|ナレッジベース)',
};
const REFRESH = [
  `(?:please )?(?:refresh|reload|re-?index|re-?read|update) (?:(?:all )?(?:the|our) |all )?${WHAT.en}(?: now)?`,
  `(?:bitte )?(?:aktualisiere|aktualisieren sie) (?:bitte )?(?:die |alle |das )?${WHAT.de}`,
  `(?:bitte )?(?:lies|lesen sie) (?:die |alle |das )?${WHAT.de} neu ein`,
  `(?:die |alle |das )?${WHAT.de} (?:bitte )?(?:aktualisieren|neu einlesen)`,
  `(?:por favor,? )?(?:actualiza|actualice|actualizar|recarga) (?:(?:todas |todos )?(?:las |los |el |la ))?${WHAT.es}`,
  `(?:actualise|actualisez|actualiser|recharge|rechargez|recharger) (?:(?:toutes |tous )?les |la |le )?${WHAT.fr}`,
  `${WHAT.ja}を(?:更新|再読み込み)(?:して(?:ください|下さい)?)?`,
].map((pattern) => new RegExp(`^/?${pattern}\\s*[.!。]?$`, 'iu'));

/** "refresh the sources" and its like, which hold nothing but the command. */
export const isRefreshCommand = (text: string): boolean =>
  REFRESH.some((pattern) => pattern.test(text.trim()));

/** Under which name the card that shows a refresh is kept. */
export const refreshCopyKey = (turnId: string): string => `refresh:${turnId}`;

export interface RefreshDependencies {
  texts: Texts;
  /** Takes every source of the tenant in, in the background; the card under `refreshCopyKey` tells how far it is. */
  begin(turn: Turn): Promise<void>;
}

/** An administrator has the sources taken in now instead of waiting for their schedule. */
export function refreshDialog({ texts, begin }: RefreshDependencies): Dialog {
  return async (turn) => {
    const { kind, addressed } = turn.activity;
    if (kind !== 'message' || !addressed || !isRefreshCommand(turn.text)) return false;
    if (!mayDo(turn.person, 'knowledge:publish')) {
      turn.reply(noticeContent(turn.locale, { text: texts.text('error.not-permitted', turn.locale) }));
      return true;
    }
    await begin(turn);
    turn.reply({ text: texts.text('refresh.begun', turn.locale) });
    turn.audit({ action: 'sources-refresh', resource: `tenant:${turn.tenant.id}` });
    return true;
  };
}
