/** Languages of Steward's fixed texts; `en` stands in for any other. */
export const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja'] as const;
export type Language = (typeof LANGUAGES)[number];
export type Translated = Record<Language, string>;

export interface Command {
  /** What the dialogs route by. */
  name: string;
  /** What a person types, and what is shown in lists; also understood in every language. */
  title: Translated;
  description: Translated;
  /** Where it is offered: `list` in help and the channels' command lists, `help` in help only. */
  shownIn: 'list' | 'help';
}

/**
 * Steward's commands. The help card, the Teams app package and the Slack app are all made from this list, so that
 * what is offered is what is understood.
 */
export const COMMANDS: readonly Command[] = [
  {
    name: 'help',
    title: { en: 'help', de: 'hilfe', es: 'ayuda', fr: 'aide', ja: 'ヘルプ' },
    description: {
      en: 'Show what I can do',
      de: 'Zeigen, was ich kann',
      es: 'Ver lo que puedo hacer',
      fr: 'Voir ce que je sais faire',
      ja: 'できることを表示します',
    },
    shownIn: 'list',
  },
  {
    name: 'ask',
    title: { en: 'ask', de: 'frage', es: 'preguntar', fr: 'demander', ja: '質問' },
    description: {
      en: 'Answer a question from the documents, with sources',
      de: 'Eine Frage aus den Dokumenten beantworten, mit Quellen',
      es: 'Responder a una pregunta con los documentos y sus fuentes',
      fr: 'Répondre à une question à partir des documents, avec les sources',
      ja: '文書をもとに出典付きで質問に答えます',
    },
    shownIn: 'list',
  },
  {
    name: 'request',
    title: { en: 'request', de: 'antrag', es: 'solicitar', fr: 'demande', ja: '申請' },
    description: {
      en: 'Ask for something that a person has to approve',
      de: 'Etwas beantragen, das jemand genehmigen muss',
      es: 'Pedir algo que alguien tiene que aprobar',
      fr: 'Demander quelque chose que quelqu’un doit approuver',
      ja: '承認が必要なことを申請します',
    },
    shownIn: 'list',
  },
  {
    name: 'waiting',
    title: { en: 'waiting', de: 'wartet', es: 'pendientes', fr: 'en attente', ja: '承認待ち' },
    description: {
      en: 'Show what waits for your decision',
      de: 'Zeigen, was auf Ihre Entscheidung wartet',
      es: 'Ver lo que espera su decisión',
      fr: 'Voir ce qui attend votre décision',
      ja: 'あなたの判断を待っているものを表示します',
    },
    shownIn: 'list',
  },
  {
    name: 'my-requests',
    title: {
      en: 'my requests',
      de: 'meine anträge',
      es: 'mis solicitudes',
      fr: 'mes demandes',
      ja: '自分の申請',
    },
    description: {
      en: 'Show what you asked for and where it stands',
      de: 'Zeigen, was Sie beantragt haben und wie es steht',
      es: 'Ver lo que ha pedido y en qué punto está',
      fr: 'Voir ce que vous avez demandé et où cela en est',
      ja: '申請したものとその状況を表示します',
    },
    shownIn: 'list',
  },
  {
    name: 'cancel',
    title: { en: 'cancel', de: 'abbrechen', es: 'cancelar', fr: 'annuler', ja: '取り消し' },
    description: {
      en: 'Take back a request, or stop what we are doing',
      de: 'Einen Antrag zurückziehen oder abbrechen, was gerade läuft',
      es: 'Retirar una solicitud o detener lo que está en curso',
      fr: 'Retirer une demande ou arrêter ce qui est en cours',
      ja: '申請を取り下げるか、実行中の処理を中止します',
    },
    shownIn: 'help',
  },
  {
    name: 'memory',
    title: { en: 'memory', de: 'gedächtnis', es: 'memoria', fr: 'mémoire', ja: 'メモリー' },
    description: {
      en: 'Show what I remember of you and of this conversation',
      de: 'Zeigen, was ich über Sie und dieses Gespräch weiß',
      es: 'Ver lo que recuerdo de usted y de esta conversación',
      fr: 'Voir ce que je retiens de vous et de cette conversation',
      ja: 'あなたとこの会話について覚えていることを表示します',
    },
    shownIn: 'help',
  },
  {
    name: 'nudge',
    title: { en: 'nudge', de: 'erinnern', es: 'recordar', fr: 'relancer', ja: '催促' },
    description: {
      en: 'Remind the approvers of a request of yours',
      de: 'Die Genehmigenden an Ihren Antrag erinnern',
      es: 'Recordar una solicitud suya a quienes aprueban',
      fr: 'Rappeler votre demande à ceux qui approuvent',
      ja: '承認者に申請を思い出してもらいます',
    },
    shownIn: 'help',
  },
  {
    name: 'delegate',
    title: { en: 'delegate', de: 'vertretung', es: 'delegar', fr: 'déléguer', ja: '委任' },
    description: {
      en: 'Hand your approvals to a colleague until a date',
      de: 'Ihre Genehmigungen bis zu einem Tag jemandem übertragen',
      es: 'Delegar sus aprobaciones en alguien hasta una fecha',
      fr: 'Confier vos approbations à quelqu’un jusqu’à une date',
      ja: '期日まで承認を同僚に任せます',
    },
    shownIn: 'list',
  },
  {
    name: 'who-approved',
    title: {
      en: 'who approved',
      de: 'wer hat genehmigt',
      es: 'quién aprobó',
      fr: 'qui a approuvé',
      ja: '承認者',
    },
    description: {
      en: 'Show who decided a request, and when',
      de: 'Zeigen, wer einen Antrag wann entschieden hat',
      es: 'Ver quién decidió una solicitud y cuándo',
      fr: 'Voir qui a décidé d’une demande et quand',
      ja: '申請を誰がいつ判断したかを表示します',
    },
    shownIn: 'help',
  },
  {
    name: 'link',
    title: {
      en: 'link account',
      de: 'konto verknüpfen',
      es: 'vincular cuenta',
      fr: 'lier le compte',
      ja: 'アカウント連携',
    },
    description: {
      en: 'Prove that an account in another channel is yours',
      de: 'Nachweisen, dass ein Konto in einem anderen Kanal Ihres ist',
      es: 'Demostrar que una cuenta de otro canal es suya',
      fr: 'Prouver qu’un compte dans un autre canal est le vôtre',
      ja: '別のチャネルのアカウントがご本人のものであることを証明します',
    },
    shownIn: 'help',
  },
  {
    name: 'agents',
    title: { en: 'agents', de: 'agenten', es: 'agentes', fr: 'agents', ja: 'エージェント' },
    description: {
      en: 'Pick a team of agents for a piece of work',
      de: 'Ein Team von Agenten für eine Aufgabe wählen',
      es: 'Elegir un equipo de agentes para una tarea',
      fr: 'Choisir une équipe d’agents pour un travail',
      ja: '作業に合うエージェントのチームを選びます',
    },
    shownIn: 'list',
  },
  {
    name: 'trace',
    title: { en: 'trace', de: 'ablauf', es: 'recorrido', fr: 'trace', ja: '経過' },
    description: {
      en: 'Show how I got to the last answer, and what it cost',
      de: 'Zeigen, wie ich zur letzten Antwort kam und was sie kostete',
      es: 'Ver cómo llegué a la última respuesta y cuánto costó',
      fr: 'Voir comment je suis arrivé à la dernière réponse et son coût',
      ja: '直前の回答に至った経過と費用を表示します',
    },
    shownIn: 'help',
  },
  {
    name: 'reminders',
    title: {
      en: 'my reminders',
      de: 'meine erinnerungen',
      es: 'mis recordatorios',
      fr: 'mes rappels',
      ja: 'リマインダー',
    },
    description: {
      en: 'Show and cancel what I am to remind you of',
      de: 'Zeigen und streichen, woran ich Sie erinnern soll',
      es: 'Ver y cancelar lo que debo recordarle',
      fr: 'Voir et annuler ce que je dois vous rappeler',
      ja: 'リマインダーの一覧を表示し、取り消します',
    },
    shownIn: 'help',
  },
  {
    name: 'plan',
    title: { en: 'plan', de: 'plan', es: 'plan', fr: 'plan', ja: '計画' },
    description: {
      en: 'Split a goal into milestones and watch their dates',
      de: 'Ein Ziel in Meilensteine teilen und ihre Termine überwachen',
      es: 'Dividir un objetivo en hitos y vigilar sus fechas',
      fr: 'Diviser un objectif en jalons et surveiller leurs dates',
      ja: '目標をマイルストーンに分け、期限を見守ります',
    },
    shownIn: 'help',
  },
  {
    name: 'runs',
    title: { en: 'runs', de: 'läufe', es: 'ejecuciones', fr: 'exécutions', ja: '実行' },
    description: {
      en: 'Show what agents did here; “fork 0: …” tries it another way',
      de: 'Zeigen, was Agenten hier taten; „fork 0: …“ versucht es anders',
      es: 'Ver qué hicieron aquí los agentes; «fork 0: …» lo intenta de otra forma',
      fr: 'Voir ce que les agents ont fait ici ; « fork 0: … » essaie autrement',
      ja: 'ここでエージェントが行ったことを表示します。「fork 0: …」で別のやり方を試せます',
    },
    shownIn: 'help',
  },
  {
    name: 'stop',
    title: { en: 'stop', de: 'stopp', es: 'alto', fr: 'arrêter', ja: '停止' },
    description: {
      en: 'Stop what agents do here',
      de: 'Anhalten, was Agenten hier tun',
      es: 'Detener lo que hacen aquí los agentes',
      fr: 'Arrêter ce que les agents font ici',
      ja: 'ここでエージェントが行っていることを止めます',
    },
    shownIn: 'help',
  },
  {
    name: 'person',
    title: { en: 'person', de: 'mensch', es: 'persona', fr: 'humain', ja: '担当者' },
    description: {
      en: 'Hand this conversation to a person',
      de: 'Dieses Gespräch an einen Menschen übergeben',
      es: 'Pasar esta conversación a una persona',
      fr: 'Confier cette conversation à une personne',
      ja: 'この会話を人に引き継ぎます',
    },
    shownIn: 'list',
  },
];

/** Questions that show a newcomer what Steward does; answered by the sample handbook. */
export const PROMPT_STARTERS: readonly { title: Translated; prompt: Translated }[] = [
  {
    title: {
      en: 'Parental leave',
      de: 'Elternzeit',
      es: 'Permiso parental',
      fr: 'Congé parental',
      ja: '育児休暇',
    },
    prompt: {
      en: 'How many days of parental leave do I get?',
      de: 'Wie viele Tage Elternzeit bekomme ich?',
      es: '¿Cuántos días de permiso parental me corresponden?',
      fr: 'À combien de jours de congé parental ai-je droit ?',
      ja: '育児休暇は何日取れますか？',
    },
  },
  {
    title: {
      en: 'Travel expenses',
      de: 'Reisekosten',
      es: 'Gastos de viaje',
      fr: 'Frais de voyage',
      ja: '出張費',
    },
    prompt: {
      en: 'What is the hotel limit on business trips?',
      de: 'Wie hoch ist die Hotelgrenze auf Dienstreisen?',
      es: '¿Cuál es el límite de hotel en los viajes de trabajo?',
      fr: 'Quel est le plafond d’hôtel en déplacement ?',
      ja: '出張時のホテル代の上限はいくらですか？',
    },
  },
  {
    title: {
      en: 'Ask for a laptop',
      de: 'Laptop beantragen',
      es: 'Pedir un portátil',
      fr: 'Demander un portable',
      ja: 'ノートPCの申請',
    },
    prompt: {
      en: 'please raise a laptop request',
      de: 'bitte einen Laptop beantragen',
      es: 'por favor, solicita un portátil',
      fr: 'merci de demander un ordinateur portable',
      ja: 'ノートPCを申請してください',
    },
  },
  {
    title: {
      en: 'What can you do?',
      de: 'Was kannst du?',
      es: '¿Qué sabes hacer?',
      fr: 'Que sais-tu faire ?',
      ja: '何ができますか？',
    },
    prompt: { en: 'help', de: 'hilfe', es: 'ayuda', fr: 'aide', ja: 'ヘルプ' },
  },
];

/** The language of the fixed texts for a BCP 47 tag. */
export function languageOf(locale: string | undefined): Language {
  const wanted = (locale ?? '').toLowerCase().split(/[-_]/)[0];
  return LANGUAGES.find((language) => language === wanted) ?? 'en';
}
