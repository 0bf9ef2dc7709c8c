/**
 * The words by which people ask for deeds, in the languages of the house. Keys are what tools write in their synonyms;
 * values are written as `fold` leaves them: lower case, without accents, umlauts as two letters.
 */
const VERBS: Record<string, string> = {
  create:
    'create make raise open file order request require buy purchase procure get give add log submit start set-up enter apply arrange organise organize sort put place provide issue ' +
    'erstelle erstellen erstell beantrage beantragen beantrag bestelle bestellen bestell eroeffne eroeffnen oeffne oeffnen ' +
    'anlegen lege leg aufmachen aufnehmen aufgeben einreichen reiche mach mache machen stelle stell stellen organisiere besorgt besorge besorgen besorg gib geben donne donner donnez dame anfordern fordere beschaffe beschaffen kaufe kaufen ' +
    'cree creer creez crees ouvre ouvrir ouvrez commande commander commandez demande demander demandez achete acheter fais faire ' +
    'crea crear solicita solicitar solicite pide pedir abre abrir compra comprar encarga encargar haz hacer ' +
    '作成 申請 注文 依頼 発行 作っ 作る',
  deploy:
    'deploy deploye deployen ausrollen bereitstellen deploie deployer deployez despliega desplegar デプロイし デプロイを ロールアウト',
  schedule: 'schedule einplanen planifie planifier planifiez programa programar 予定',
  close:
    'close resolve finish complete schliesse schliessen schliess abschliessen zumachen ferme fermer fermez cloture cloturer ' +
    'cierra cerrar 閉じ クローズ 完了',
  reopen: 'reopen re-open rouvre rouvrir reabre reabrir',
  list:
    'list show display see view find zeige zeig zeigen auflisten liste anzeigen montre montrer montrez affiche afficher ' +
    'muestra mostrar lista listar ensename 表示 一覧 見せ',
  update:
    'update change modify set edit rename mark put move bump escalate prioritise prioritize aendere aendern aender setze setzen setz markiere ' +
    'markieren stelle stellen modifie modifier modifiez change changer changez mets mettre mettez passe passer cambia cambiar ' +
    'modifica modificar pon poner actualiza actualizar aktualisiere aktualisieren aktualisier mettez met 変更 更新',
  send:
    'send post write drop shoot forward sende senden send schicke schicken schick schreibe schreiben schreib poste posten ' +
    'envoie envoyer envoyez poste ecris ecrire publie envia envie enviar manda mande mandar escribe escriba escribir publica 送信 送っ',
  report:
    'report flag melde melden meld signale signaler signalez declare declarer informa reporta reportar notifica notificar 報告',
  announce:
    'announce broadcast ankuendigen kuendige verkuende verkuenden bekanntgeben annonce annoncer annoncez anuncia anunciar お知らせ 告知',
  tell: 'tell know inform notify informiere informieren sag sage informe informer avisa avisar informa',
  remind:
    'remind ping nudge erinnern erinnere erinnern erinner erinnert rappelle rappeler rappelez recuerda recuerdame recordar recordarme リマインド 思い出さ',
  forget: 'forget vergesse vergessen oublie oublier olvide olvidar',
  assign:
    'assign reassign hand weise zuweisen uebergib uebergeben teile assigne assigner attribue attribuer asigna asignar 割り当て',
  draft:
    'draft write author compose entwirf entwerfe entwerfen verfasse verfassen schreibe schreib schreiben redige rediger redigez ' +
    'ecris ecrire redacta redactar escribe escribir 下書き 起草',
  call: 'call trigger invoke fire hit rufe rufen ruf aufrufen ausloesen loese appelle appeler declenche declencher llama llamar dispara 呼び出',
  delete:
    'delete remove erase loesche loeschen entferne entfernen supprime supprimer borra borrar elimina eliminar 削除',
};

/** Things that are asked for or worked on. */
const NOUNS: Record<string, string> = {
  deployment:
    'deployment deployments rollout rollouts bereitstellung produktivsetzung deploiement despliegue デプロイ リリース',
  ticket: 'ticket tickets supportticket case vorgang billet tique tiquet チケット',
  incident:
    'incident incidents outage stoerung stoerungen vorfall incidente incidencia panne インシデント 障害',
  problem:
    'problem problems issue issues fault faults bug bugs error defect fehler defekt probleme problemes problema problemas 問題 不具合',
  laptop:
    'laptop laptops notebook notebooks macbook macbooks thinkpad portatil portatiles portable portables ordinateur ordenador ' +
    'laptopantrag computer pc rechner ノートパソコン ノートpc ラップトップ パソコン',
  desktop: 'desktop desktops workstation',
  phone:
    'phone phones smartphone smartphones mobile handy handys diensthandy telefon telephone telephones iphone iphones telefono movil 携帯 電話 スマートフォン スマホ',
  monitor:
    'monitor monitors screen screens display displays bildschirm bildschirme ecran ecrans pantalla monitore モニター ディスプレイ',
  headset: 'headset headsets headphones kopfhoerer casque auriculares ヘッドセット',
  keyboard: 'keyboard keyboards tastatur tastaturen clavier teclado キーボード',
  mouse: 'mouse mice maus souris raton マウス',
  dock: 'dock docking dockingstation dockingstations dockingstation',
  tablet: 'tablet tablets ipad ipads tablette tableta タブレット',
  equipment: 'equipment hardware device devices arbeitsmittel geraet geraete materiel equipo 機器 備品',
  reminder: 'reminder reminders erinnerung erinnerungen rappel rappels recordatorio リマインダー',
  announcement:
    'announcement announcements ankuendigung bekanntmachung bekannt annonce annonces anuncio notice お知らせ 告知',
  everyone: 'everyone everybody all team alle allen jeden jedem monde todos todo みんな 全員',
  message: 'message messages nachricht nachrichten mensaje メッセージ',
  mail: 'mail mails email emails e-mail e-mails courriel courriels correo メール',
  article: 'article articles artikel wissensartikel artikelentwurf articulo kb-article 記事',
  webhook: 'webhook webhooks hook',
  github: 'github',
  label: 'label labels etikett tag tags',
  project: 'project projects projekt projekte proyecto projet プロジェクト',
  status: 'status stand stands statut estado 状況',
  priority: 'priority prioritaet priorite prioridad 優先度',
};

/** Nouns that carry another noun: "a request for a laptop", "a list of tickets". */
const LIGHT = words(
  'request requests order orders application list overview copy support service it helpdesk station piece number new antrag bestellung ' +
    'anfrage anforderung liste uebersicht demande commande solicitud pedido lista kind type',
);

/** Verbs of wanting: what follows is a deed ("to open …") or a thing. */
const WANTS = words(
  'need needs want wants like love brauche brauchen brauch braucht benoetige benoetigen benoetigt braeuchte braeuchten wuensche moechte moechten will wollen ' +
    'haette haetten voudrais voudrions aimerais aimerions veux voulons souhaite souhaitons besoin faut necesito necesitamos ' +
    'necesita quiero queremos quisiera gustaria 必要 欲しい ほしい',
);

const COURTESY = words(
  'please pls plz kindly bitte hi hello hey hallo guten morgen tag moin bonjour salut hola steward ok okay so then now also and ' +
    'und just quickly quick maybe perhaps possibly mal doch eben jetzt gern gerne por favor s il te vous plait svp thanks danke merci ' +
    'dear team for me fuer mich',
);

const ARTICLES = words(
  'a an one another ein eine einen einem einer un une una uno unos two three zwei drei deux trois dos tres',
);

/** What may stand between a verb and its thing, and says nothing about it. */
const FILLERS = words(
  'the my our your his her their this that these those some any all me us you him them it der die das den dem des mir uns ihm ihr ihnen ' +
    'dir dich mich meine meinen mein unser unsere unseren le la les l mon ma mes notre nos moi nous lui te toi el los las mi mis ' +
    'nuestro me nos se new neues neuen neue neuer nouveau nouvelle nouvel nouveaux nuevo nueva open closed offenen offene ouverts ' +
    'abiertos high low normal urgent dringend dringendes dringende bitte please it gerne gern knowledge base',
);

/** Words that begin something else, where the thing asked for has ended. */
const BORDERS = words(
  'for with about on in at to because that which who from by since as regarding concerning saying into when if while so until but ' +
    'fuer mit ueber an auf im am zu bei wegen weil dass damit aus um wenn pour avec sur dans parce que car a au aux para con sobre en porque',
);
/** After these the same thing goes on: "a list of tickets". */
const TRANSPARENT = words('of de d von du des del');

const LETTERS: Record<string, string> = { ä: 'ae', ö: 'oe', ü: 'ue', ß: 'ss' };

/** A word as the lexicon writes it: lower case, no accents, umlauts as two letters. */
export function fold(word: string): string {
  return word
    .toLowerCase()
    .normalize('NFC')
    .replace(/[äöüß]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC');
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

function byWord(entries: Record<string, string>): Map<string, string[]> {
  const map = new Map<string, string[]>();
  for (const [key, list] of Object.entries(entries))
    for (const word of new Set([key, ...list.split(' ').map(fold)]))
      map.set(word, [...(map.get(word) ?? []), key]);
  return map;
}

const VERB_OF = byWord(VERBS);
const NOUN_OF = byWord(NOUNS);
const LONG_NOUNS = [...NOUN_OF.keys()].filter((noun) => noun.length >= 6);

/** What kinds of deed a word may name; empty when it names none. "Ordering" names what "order" does. */
export function verbsOf(word: string): readonly string[] {
  const stems = [
    word,
    ...(word.length > 6 ? [word.replace(/(?:me|nos|le|les|lo|la)$/, '')] : []),
    ...gerundStems(word),
  ];
  return stems.map((stem) => VERB_OF.get(stem)).find((verbs) => verbs !== undefined) ?? [];
}

function gerundStems(word: string): string[] {
  if (word.length < 6 || !word.endsWith('ing')) return [];
  const stem = word.slice(0, -3);
  return [stem, `${stem}e`, stem.replace(/(.)\1$/, '$1')];
}

/**
 * The thing that a word names: as it stands, without its plural, as the end of a compound ("Supportticket"), or with one
 * wrong letter in a long word.
 */
export function nounOf(word: string): string | undefined {
  const known = NOUN_OF.get(word) ?? NOUN_OF.get(word.replace(/s$/, ''));
  if (known) return known[0];
  const compound = LONG_NOUNS.find((noun) => word.length > noun.length + 1 && word.endsWith(noun));
  if (compound) return NOUN_OF.get(compound)?.[0];
  const single = word.replace(/s$/, '');
  if (single.length < 6 || verbsOf(word).length > 0) return undefined;
  const near = LONG_NOUNS.find((noun) => noun[0] === single[0] && isOneOff(noun, single));
  return near && NOUN_OF.get(near)?.[0];
}

/** True when one letter was left out, put in, changed, or swapped with its neighbour. */
function isOneOff(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  );
}

export const isLight = (word: string): boolean => LIGHT.has(word);
export const isWant = (word: string): boolean => WANTS.has(word);
export const isCourtesy = (word: string): boolean => COURTESY.has(word);
export const isArticle = (word: string): boolean => ARTICLES.has(word);
export const isFiller = (word: string): boolean => FILLERS.has(word) || ARTICLES.has(word);
export const isBorder = (word: string): boolean => BORDERS.has(word);
export const isTransparent = (word: string): boolean => TRANSPARENT.has(word);

const KANA = /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u;
const JAPANESE_QUESTION = /(?:か|？|\?)\s*$|方法|どう|いつ|なぜ|とは/u;

/**
 * Japanese puts no spaces between words, so known words are looked for anywhere; a polite request ("…してください") is
 * told from a question by its ending.
 * @returns undefined when the text is not Japanese.
 */
export function japaneseIn(text: string): { verbs: string[]; things: string[] } | undefined {
  if (!KANA.test(text)) return undefined;
  if (JAPANESE_QUESTION.test(text)) return { verbs: [], things: [] };
  const said = fold(text);
  const in_ = (map: Map<string, string[]>): string[] =>
    [...map].filter(([word]) => KANA.test(word) && said.includes(word)).flatMap(([, keys]) => keys);
  const wants = [...WANTS].filter((word) => KANA.test(word) && said.includes(word)).map(() => 'create');
  return { verbs: [...new Set([...in_(VERB_OF), ...wants])], things: [...new Set(in_(NOUN_OF))] };
}
