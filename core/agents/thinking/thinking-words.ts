/** What a person reads of a thinking tool beside what was thought. */
export interface ThinkingWords {
  'red-team': string;
  'first-principles': string;
  council: string;
  /** Names of the council's perspectives, and what each looks after; in the order of `PERSPECTIVES`. */
  perspectives: [name: string, concern: string][];
  check: string;
  survives: string;
  assumed: string;
  certain: string;
  rebuilt: string;
  condition: string;
  verdict: string;
  dissent: string;
  none: string;
  notHeard: string;
  next: string;
  kinds: Record<'fact' | 'convention' | 'guess', string>;
  votes: Record<'for' | 'against' | 'depends', string>;
  severities: Record<'high' | 'medium' | 'low', string>;
  absolutes: string;
  figures: string;
  causes: string;
  hopes: string;
  askPlan: string;
  planQuestions: string[];
  derive: string;
  askEach: string;
  eachQuestions: string[];
  wouldAsk: string;
  looksAfter: string;
  proof: string;
  named: string;
  documents: string;
  noModel: Record<'red-team' | 'first-principles' | 'council', string>;
  modelDown: string;
  budgetUsed: string;
  /** Opinions were heard, and nobody weighed them. */
  noVerdict: string;
  nothingUsable: string;
}

const en: ThinkingWords = {
  'red-team': 'Red team',
  'first-principles': 'First principles',
  council: 'Council',
  perspectives: [
    ['Finance', 'money: cost now and later, what is not counted, what happens when it takes twice as long'],
    ['Security and law', 'risk: data, duties, what an attacker or an auditor would find'],
    ['Operations', 'work: who does it, what breaks on Monday morning, how it is undone'],
    ['Employees', 'people: who gains, who loses, what nobody dares to say'],
    ['Customers', 'value: what changes for those who pay, and whether they asked for it'],
  ],
  check: 'Check',
  survives: 'What survives',
  assumed: 'Taken for granted',
  certain: 'Certainly true',
  rebuilt: 'Built anew',
  condition: 'If',
  verdict: 'Verdict',
  dissent: 'Dissent',
  none: 'none',
  notHeard: 'Not heard',
  next: 'Next',
  kinds: { fact: 'fact', convention: 'convention', guess: 'guess' },
  votes: { for: 'for', against: 'against', depends: 'depends' },
  severities: { high: 'high', medium: 'medium', low: 'low' },
  absolutes: 'Claims without an exception: find one',
  figures: 'Figures: who measured them, and when?',
  causes: 'Causes that are asserted: what else could it be?',
  hopes: 'Hopes: what if not?',
  askPlan: 'Ask of every plan',
  planQuestions: [
    'Who would want this to fail, and what would they do first?',
    'What is the worst that happens on a normal day, and who notices?',
    'How is it undone, and until when?',
  ],
  derive: 'Figures to derive or to drop',
  askEach: 'Ask of each',
  eachQuestions: [
    'Is it a law, a fact, a rule of ours, or a habit?',
    'What would be true if it were not?',
    'What is really needed, without naming a solution?',
  ],
  wouldAsk: 'What each would ask',
  looksAfter: 'looks after',
  proof: 'Figures that Finance would ask for proof of',
  named: 'Who is named and should be heard',
  documents: 'What the documents say of it',
  noModel: {
    'red-team':
      'Without a model I only point at what to attack. A model would attack it and say what survives.',
    'first-principles':
      'Without a model I only list what stands there as given. A model would tell facts from conventions and build the answer anew.',
    council:
      'Without a model there is no verdict: these are the questions that each perspective would ask. A model would let each argue, vote, and name the dissent.',
  },
  modelDown: 'The model does not answer at the moment.',
  budgetUsed: 'The budget for language models is used up for now.',
  noVerdict: 'There is no verdict: nobody has weighed these opinions.',
  nothingUsable: 'The model gave nothing usable.',
};

const de: ThinkingWords = {
  'red-team': 'Gegenprobe (Red Team)',
  'first-principles': 'Grundprinzipien',
  council: 'Ratsrunde',
  perspectives: [
    [
      'Finanzen',
      'Geld: Kosten jetzt und später, was nicht mitgezählt ist, was geschieht, wenn es doppelt so lange dauert',
    ],
    ['Sicherheit und Recht', 'Risiko: Daten, Pflichten, was ein Angreifer oder ein Prüfer fände'],
    ['Betrieb', 'Arbeit: wer sie macht, was am Montagmorgen bricht, wie man zurückkommt'],
    ['Beschäftigte', 'Menschen: wer gewinnt, wer verliert, was niemand zu sagen wagt'],
    ['Kundschaft', 'Nutzen: was sich für die ändert, die zahlen, und ob sie darum gebeten haben'],
  ],
  check: 'Prüfen',
  survives: 'Was bestehen bleibt',
  assumed: 'Als gegeben genommen',
  certain: 'Sicher wahr',
  rebuilt: 'Neu aufgebaut',
  condition: 'Wenn',
  verdict: 'Urteil',
  dissent: 'Abweichend',
  none: 'niemand',
  notHeard: 'Nicht gehört',
  next: 'Als Nächstes',
  kinds: { fact: 'Tatsache', convention: 'Gewohnheit', guess: 'Vermutung' },
  votes: { for: 'dafür', against: 'dagegen', depends: 'kommt darauf an' },
  severities: { high: 'schwer', medium: 'mittel', low: 'leicht' },
  absolutes: 'Behauptungen ohne Ausnahme: finde eine',
  figures: 'Zahlen: wer hat sie gemessen, und wann?',
  causes: 'Behauptete Ursachen: was könnte es sonst sein?',
  hopes: 'Hoffnungen: was, wenn nicht?',
  askPlan: 'Fragen an jeden Plan',
  planQuestions: [
    'Wer hätte etwas davon, dass es scheitert, und was täte er zuerst?',
    'Was ist das Schlimmste an einem normalen Tag, und wer bemerkt es?',
    'Wie macht man es rückgängig, und bis wann?',
  ],
  derive: 'Zahlen, die herzuleiten oder zu streichen sind',
  askEach: 'Fragen an jedes davon',
  eachQuestions: [
    'Ist es ein Gesetz, eine Tatsache, eine eigene Regel oder eine Gewohnheit?',
    'Was wäre wahr, wenn es nicht so wäre?',
    'Was wird wirklich gebraucht, ohne eine Lösung zu nennen?',
  ],
  wouldAsk: 'Was jede Seite fragen würde',
  looksAfter: 'achtet auf',
  proof: 'Zahlen, für die die Finanzen Belege wollten',
  named: 'Wer genannt ist und gehört werden sollte',
  documents: 'Was die Dokumente dazu sagen',
  noModel: {
    'red-team':
      'Ohne Modell zeige ich nur, wo man angreifen kann. Ein Modell würde angreifen und sagen, was bestehen bleibt.',
    'first-principles':
      'Ohne Modell zähle ich nur auf, was als gegeben dasteht. Ein Modell würde Tatsachen von Gewohnheiten trennen und die Antwort neu aufbauen.',
    council:
      'Ohne Modell gibt es kein Urteil: Das sind die Fragen, die jede Seite stellen würde. Ein Modell ließe jede argumentieren und abstimmen und nennte, wer abweicht.',
  },
  modelDown: 'Das Modell antwortet im Moment nicht.',
  budgetUsed: 'Das Budget für Sprachmodelle ist vorerst aufgebraucht.',
  noVerdict: 'Es gibt kein Urteil: Niemand hat diese Meinungen abgewogen.',
  nothingUsable: 'Das Modell gab nichts Brauchbares.',
};

const es: ThinkingWords = {
  'red-team': 'Equipo rojo',
  'first-principles': 'Primeros principios',
  council: 'Consejo',
  perspectives: [
    ['Finanzas', 'el dinero: coste ahora y después, lo que no se cuenta, qué pasa si tarda el doble'],
    ['Seguridad y derecho', 'el riesgo: datos, obligaciones, lo que encontraría un atacante o un auditor'],
    ['Operaciones', 'el trabajo: quién lo hace, qué se rompe el lunes por la mañana, cómo se deshace'],
    ['Personal', 'las personas: quién gana, quién pierde, qué no se atreve nadie a decir'],
    ['Clientes', 'el valor: qué cambia para quienes pagan, y si lo pidieron'],
  ],
  check: 'Comprobar',
  survives: 'Lo que resiste',
  assumed: 'Se da por hecho',
  certain: 'Cierto con seguridad',
  rebuilt: 'Construido de nuevo',
  condition: 'Si',
  verdict: 'Veredicto',
  dissent: 'En desacuerdo',
  none: 'nadie',
  notHeard: 'Sin escuchar',
  next: 'Siguiente paso',
  kinds: { fact: 'hecho', convention: 'costumbre', guess: 'suposición' },
  votes: { for: 'a favor', against: 'en contra', depends: 'depende' },
  severities: { high: 'grave', medium: 'media', low: 'leve' },
  absolutes: 'Afirmaciones sin excepción: busca una',
  figures: 'Cifras: ¿quién las midió y cuándo?',
  causes: 'Causas que se afirman: ¿qué más podría ser?',
  hopes: 'Esperanzas: ¿y si no?',
  askPlan: 'Preguntas para cualquier plan',
  planQuestions: [
    '¿Quién querría que fracase y qué haría primero?',
    '¿Qué es lo peor que pasa un día normal y quién lo nota?',
    '¿Cómo se deshace y hasta cuándo?',
  ],
  derive: 'Cifras que hay que deducir o quitar',
  askEach: 'Preguntas para cada una',
  eachQuestions: [
    '¿Es una ley, un hecho, una norma nuestra o una costumbre?',
    '¿Qué sería cierto si no lo fuera?',
    '¿Qué hace falta de verdad, sin nombrar una solución?',
  ],
  wouldAsk: 'Lo que preguntaría cada uno',
  looksAfter: 'cuida de',
  proof: 'Cifras de las que Finanzas pediría pruebas',
  named: 'A quién se nombra y habría que escuchar',
  documents: 'Lo que dicen los documentos',
  noModel: {
    'red-team': 'Sin un modelo solo señalo qué se puede atacar. Un modelo lo atacaría y diría qué resiste.',
    'first-principles':
      'Sin un modelo solo enumero lo que se da por hecho. Un modelo separaría hechos de costumbres y construiría la respuesta de nuevo.',
    council:
      'Sin un modelo no hay veredicto: estas son las preguntas que haría cada perspectiva. Un modelo dejaría argumentar y votar a cada una y nombraría a quien discrepa.',
  },
  modelDown: 'El modelo no responde en este momento.',
  budgetUsed: 'El presupuesto para modelos de lenguaje está agotado por ahora.',
  noVerdict: 'No hay veredicto: nadie ha sopesado estas opiniones.',
  nothingUsable: 'El modelo no dio nada útil.',
};

const fr: ThinkingWords = {
  'red-team': 'Équipe rouge',
  'first-principles': 'Premiers principes',
  council: 'Conseil',
  perspectives: [
    [
      'Finances',
      'l’argent : le coût maintenant et plus tard, ce qui n’est pas compté, ce qui arrive si cela dure deux fois plus longtemps',
    ],
    ['Sécurité et droit', 'le risque : données, obligations, ce qu’un attaquant ou un auditeur trouverait'],
    ['Exploitation', 'le travail : qui le fait, ce qui casse le lundi matin, comment revenir en arrière'],
    ['Personnel', 'les personnes : qui gagne, qui perd, ce que personne n’ose dire'],
    ['Clients', 'la valeur : ce qui change pour ceux qui paient, et s’ils l’ont demandé'],
  ],
  check: 'À vérifier',
  survives: 'Ce qui résiste',
  assumed: 'Tenu pour acquis',
  certain: 'Certainement vrai',
  rebuilt: 'Reconstruit',
  condition: 'Si',
  verdict: 'Verdict',
  dissent: 'Avis contraires',
  none: 'aucun',
  notHeard: 'Non entendus',
  next: 'Ensuite',
  kinds: { fact: 'fait', convention: 'habitude', guess: 'supposition' },
  votes: { for: 'pour', against: 'contre', depends: 'cela dépend' },
  severities: { high: 'grave', medium: 'moyenne', low: 'faible' },
  absolutes: 'Affirmations sans exception : trouvez-en une',
  figures: 'Chiffres : qui les a mesurés, et quand ?',
  causes: 'Causes affirmées : qu’est-ce que cela pourrait être d’autre ?',
  hopes: 'Espoirs : et sinon ?',
  askPlan: 'À demander à tout plan',
  planQuestions: [
    'Qui voudrait que cela échoue, et que ferait-il d’abord ?',
    'Quel est le pire qui arrive un jour normal, et qui le remarque ?',
    'Comment l’annuler, et jusqu’à quand ?',
  ],
  derive: 'Chiffres à déduire ou à retirer',
  askEach: 'À demander à chacun',
  eachQuestions: [
    'Est-ce une loi, un fait, une règle à nous ou une habitude ?',
    'Qu’est-ce qui serait vrai si ce n’était pas le cas ?',
    'De quoi a-t-on vraiment besoin, sans nommer de solution ?',
  ],
  wouldAsk: 'Ce que chacun demanderait',
  looksAfter: 'veille sur',
  proof: 'Chiffres dont les Finances demanderaient la preuve',
  named: 'Qui est nommé et devrait être entendu',
  documents: 'Ce qu’en disent les documents',
  noModel: {
    'red-team':
      'Sans modèle, je montre seulement ce qu’on peut attaquer. Un modèle l’attaquerait et dirait ce qui résiste.',
    'first-principles':
      'Sans modèle, je liste seulement ce qui est tenu pour acquis. Un modèle séparerait les faits des habitudes et reconstruirait la réponse.',
    council:
      'Sans modèle, il n’y a pas de verdict : ce sont les questions que poserait chaque point de vue. Un modèle laisserait chacun argumenter et voter, et nommerait les avis contraires.',
  },
  modelDown: 'Le modèle ne répond pas pour le moment.',
  budgetUsed: 'Le budget des modèles de langage est épuisé pour l’instant.',
  noVerdict: 'Il n’y a pas de verdict : personne n’a pesé ces avis.',
  nothingUsable: 'Le modèle n’a rien donné d’utilisable.',
};

const ja: ThinkingWords = {
  'red-team': 'レッドチーム',
  'first-principles': '第一原理',
  council: '評議会',
  perspectives: [
    ['財務', 'お金：今と将来の費用、数えられていないもの、二倍の時間がかかったらどうなるか'],
    ['安全と法務', 'リスク：データ、義務、攻撃者や監査人が見つけるもの'],
    ['運用', '仕事：誰がするか、月曜の朝に何が壊れるか、どう元に戻すか'],
    ['従業員', '人：誰が得をし、誰が損をし、誰も言えないことは何か'],
    ['顧客', '価値：払う人にとって何が変わるか、それを求めていたか'],
  ],
  check: '確認',
  survives: '残るもの',
  assumed: '当然とされていること',
  certain: '確かなこと',
  rebuilt: '組み立て直し',
  condition: '条件',
  verdict: '結論',
  dissent: '反対意見',
  none: 'なし',
  notHeard: '聞けなかった意見',
  next: '次の一歩',
  kinds: { fact: '事実', convention: '慣習', guess: '推測' },
  votes: { for: '賛成', against: '反対', depends: '条件次第' },
  severities: { high: '重大', medium: '中', low: '軽微' },
  absolutes: '例外のない主張：例外を探す',
  figures: '数字：誰がいつ測ったか',
  causes: '主張された原因：ほかに何が考えられるか',
  hopes: '期待：そうならなかったら',
  askPlan: 'どの計画にも聞くこと',
  planQuestions: [
    '失敗を望むのは誰で、まず何をするか。',
    '普段の日に起きる最悪のことは何で、誰が気づくか。',
    'どうやって、いつまでなら元に戻せるか。',
  ],
  derive: '導くか外すべき数字',
  askEach: 'それぞれに聞くこと',
  eachQuestions: [
    '法律か、事実か、自社の規則か、習慣か。',
    'そうでなければ何が成り立つか。',
    '解決策を挙げずに、本当に必要なのは何か。',
  ],
  wouldAsk: 'それぞれが聞くこと',
  looksAfter: 'の関心は',
  proof: '財務が裏付けを求める数字',
  named: '名前が挙がっていて、意見を聞くべき人',
  documents: '文書に書かれていること',
  noModel: {
    'red-team':
      'モデルがないため、攻撃できる点を示すだけです。モデルがあれば、実際に攻めて何が残るかを述べます。',
    'first-principles':
      'モデルがないため、当然とされていることを挙げるだけです。モデルがあれば、事実と慣習を分け、答えを組み立て直します。',
    council:
      'モデルがないため結論はありません。これは各立場が聞くであろう質問です。モデルがあれば、それぞれが論じて投票し、反対意見も示します。',
  },
  modelDown: '今、モデルが応答しません。',
  budgetUsed: '言語モデルの予算は現在使い切られています。',
  noVerdict: '結論はありません。これらの意見はまだ誰も比較検討していません。',
  nothingUsable: 'モデルの答えは使えませんでした。',
};

const WORDS: Record<string, ThinkingWords> = { en, de, es, fr, ja };

/** The words of a language; English for one that is not among the five. @param locale any BCP 47 tag. */
export const thinkingWords = (locale: string): ThinkingWords =>
  WORDS[locale.toLowerCase().split('-')[0] ?? ''] ?? en;
