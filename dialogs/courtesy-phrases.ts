import type { Language } from '../manifest/commands.js';

/** What people say out of courtesy. `filler` means nothing by itself and may stand beside any of the others. */
export type Courtesy = 'greeting' | 'thanks' | 'bye' | 'nod' | 'sorry' | 'well-being' | 'who' | 'yes-or-no';

type Phrases = Record<Courtesy | 'filler', string>;

/** Phrases in small letters without marks, parted by commas. Apostrophes are dropped: "thats", "cest". */
export const COURTESY_PHRASES: Record<Language, Phrases> = {
  en: {
    'yes-or-no':
      'yes, yeah, yep, yup, yes please, no, nope, nah, maybe, ok yes, correct, right, exactly, true, go ahead, do it, please do',
    greeting:
      'hi, hey, hello, hello there, hi there, hey there, hiya, howdy, good morning, morning, good afternoon, good evening, greetings, good day, anyone there, are you there',
    thanks:
      'thank you, thank u, thanks, thank, thx, ty, tysm, cheers, much appreciated, appreciate it, i appreciate it, appreciated, that helps, that helped, that was helpful, that was useful, that is helpful, thats helpful, helpful, very helpful, good job, great job, nice job, good work, great work, nice work, good answer, great answer, good bot, well done, you are the best, youre the best, you are great, youre great, you rock, love it',
    bye: 'bye, goodbye, good bye, bye bye, see you, see ya, cya, good night, goodnight, have a nice day, have a good day, have a great day, have a good one, have a nice evening, have a good evening, have a nice weekend, have a good weekend, have a great weekend, ttyl, talk to you later, talk later, talk soon, take care',
    nod: 'ok, okay, k, kk, okey dokey, alright, all right, got it, understood, i understand, i see, noted, sounds good, looks good, all good, good, great, perfect, cool, nice, awesome, excellent, fine, sure, will do, makes sense, that makes sense, roger, never mind, nevermind, no worries, no problem, youre welcome, you are welcome, lol, haha, hahaha, wow, yay, interesting, good to know, thats all, that is all, that was all, nothing else, im good, i am good, welcome',
    sorry:
      'sorry, im sorry, i am sorry, my bad, my mistake, my fault, oops, whoops, wrong chat, wrong window, wrong channel, wrong person, apologies, my apologies, i apologise, i apologize',
    'well-being':
      'how are you, how are you doing, how are u, how is it going, hows it going, how do you do, whats up, what is up, sup, are you ok, how are things, how is your day, hows your day, hope you are well',
    who: 'who are you, what are you, what is your name, whats your name, do you have a name, are you a bot, are you a robot, are you a human, are you human, are you a person, are you a real person, are you real, are you an ai, are you ai, are you a machine, are you chatgpt, am i talking to a bot, am i talking to a human, am i talking to a person, am i talking to a real person, is this a bot, is this a human, is this a real person, who made you, who built you, who is steward, what is steward, introduce yourself, tell me about yourself',
    filler:
      'so much, very much, a lot, a bunch, a million, a ton, lots, again, everyone, all, steward, bot, for your help, for the help, for all your help, for that, for the info, for the information, for the answer, for the quick answer, then, now, today, later, tomorrow, soon, around, for now, and, so, oh, ah, very, really, about that, there, please, many, team, to you, it',
  },
  de: {
    'yes-or-no': 'ja, jawohl, jep, nein, nee, vielleicht, genau, richtig, korrekt, mach das, bitte',
    greeting:
      'hi, hey, hallo, guten morgen, morgen, guten tag, guten abend, moin, moin moin, servus, grüß gott, grüezi, mahlzeit, tag, jemand da, bist du da',
    thanks:
      'danke, dankeschön, danke schön, dank, vielen dank, herzlichen dank, besten dank, tausend dank, lieben dank, ganz lieben dank, merci, das hat geholfen, das hat mir geholfen, das war hilfreich, sehr hilfreich, hilfreich, gut gemacht, gute arbeit, gute antwort, du bist der beste, sehr nett',
    bye: 'tschüss, tschüß, ciao, auf wiedersehen, bis bald, bis dann, bis morgen, bis später, schönen tag noch, schönen tag, schönen abend, schönen feierabend, schönes wochenende, gute nacht, mach es gut, machs gut',
    nod: 'ok, okay, alles klar, klar, verstanden, verstehe, passt, in ordnung, super, prima, perfekt, toll, gut, sehr gut, klingt gut, schon gut, kein problem, gern geschehen, gerne, aha, interessant, das wars, das war alles, mehr nicht, egal',
    sorry:
      'tut mir leid, entschuldigung, entschuldige, sorry, verzeihung, falscher chat, falsches fenster, mein fehler, war ein versehen',
    'well-being':
      'wie geht es dir, wie geht es ihnen, wie gehts, wie geht es, wie geht s, wie gehts dir, wie gehts ihnen, alles gut, was geht',
    who: 'wer bist du, wer sind sie, was bist du, wie heißt du, wie heisst du, wie heißen sie, bist du ein bot, bist du ein roboter, bist du ein mensch, bist du eine maschine, bist du eine ki, bist du ein echter mensch, sind sie ein bot, sind sie ein mensch, sind sie eine ki, wer ist steward, was ist steward, rede ich mit einem menschen, spreche ich mit einem menschen, spreche ich mit einem bot, stell dich vor',
    filler:
      'sehr, dir, ihnen, euch, vielmals, für die hilfe, für ihre hilfe, für deine hilfe, für die antwort, für die auskunft, für die info, nochmal, nochmals, steward, und, oh, ah, heute, dann, noch, mal, schön, zusammen, an alle',
  },
  es: {
    'yes-or-no': 'sí, si, no, quizás, correcto, exacto, eso es, adelante',
    greeting: 'hola, buenos días, buenas tardes, buenas, buen día, hay alguien, estás ahí',
    thanks:
      'gracias, muchas gracias, mil gracias, muchísimas gracias, un millón de gracias, muy amable, te lo agradezco, se lo agradezco, muy útil, me ha ayudado, buen trabajo, buena respuesta, bien hecho',
    bye: 'adiós, adios, hasta luego, hasta mañana, hasta pronto, hasta la vista, nos vemos, buenas noches, que tengas un buen día, que tenga un buen día, buen día, buen fin de semana, chao',
    nod: 'ok, okay, vale, de acuerdo, entendido, entiendo, perfecto, genial, estupendo, muy bien, bien, está bien, no hay problema, no pasa nada, de nada, claro, eso es todo, nada más, interesante, súper, ya veo',
    sorry:
      'perdón, perdona, perdone, lo siento, disculpa, disculpe, me equivoqué, me equivoqué de chat, chat equivocado, culpa mía',
    'well-being':
      'qué tal, que tal, cómo estás, como estas, cómo está, cómo está usted, cómo va, cómo va todo, cómo te va, qué pasa',
    who: 'quién eres, quien eres, qué eres, que eres, cómo te llamas, como te llamas, cuál es tu nombre, eres un bot, eres un robot, eres humano, eres un humano, eres una persona, eres una persona real, eres una ia, eres una máquina, quién es steward, qué es steward, preséntate, hablo con una persona, estoy hablando con una persona, estoy hablando con un bot',
    filler:
      'por todo, por la ayuda, por tu ayuda, por su ayuda, por la respuesta, por la información, de nuevo, steward, y, oh, ah, hoy, entonces, a todos, muy, mucho, todo',
  },
  fr: {
    'yes-or-no': 'oui, non, ouais, peut être, exact, exactement, vas y, allez y',
    greeting: 'bonjour, bonsoir, salut, coucou, bonjour à tous, il y a quelquun, tu es là',
    thanks:
      'merci, merci beaucoup, merci bien, un grand merci, mille mercis, mille merci, merci infiniment, je vous remercie, je te remercie, cest gentil, très utile, ça maide, ça ma aidé, bon travail, bonne réponse, bien joué, bravo',
    bye: 'au revoir, à bientôt, à demain, à plus tard, à plus, bonne journée, bonne soirée, bonne nuit, bon weekend, bon week end, ciao, adieu',
    nod: 'ok, okay, daccord, compris, je comprends, je vois, parfait, très bien, bien, ça marche, entendu, pas de problème, pas de souci, de rien, super, génial, cool, cest tout, rien dautre, intéressant, cest bon, cest noté',
    sorry:
      'désolé, désolée, pardon, excusez moi, excuse moi, je suis désolé, je suis désolée, mauvais chat, mauvais canal, mes excuses, ma faute, je me suis trompé, je me suis trompée',
    'well-being':
      'comment ça va, comment vas tu, comment allez vous, comment tu vas, ça va, ça va bien, quoi de neuf, tu vas bien, vous allez bien',
    who: 'qui es tu, qui êtes vous, tu es qui, vous êtes qui, quel est ton nom, quel est votre nom, comment tu tappelles, comment tappelles tu, comment vous appelez vous, es tu un bot, es tu un robot, es tu humain, es tu une personne, es tu une ia, êtes vous un bot, êtes vous un robot, êtes vous humain, êtes vous une personne, êtes vous une ia, tu es un bot, vous êtes un bot, cest quoi steward, qui est steward, présente toi, présentez vous, je parle à un humain, je parle à un bot',
    filler:
      'beaucoup, bien, encore, à toi, à vous, pour tout, pour votre aide, pour ton aide, pour laide, pour la réponse, pour linfo, steward, et, oh, ah, aujourdhui, alors, très',
  },
  ja: {
    'yes-or-no': 'はい, いいえ, うん, ううん, そうです, 違います, お願いします',
    greeting: 'こんにちは, おはよう, おはようございます, こんばんは, はじめまして, もしもし, やあ',
    thanks:
      'ありがとう, ありがとうございます, ありがとうございました, ありがとうございます助かりました, どうも, 感謝します, 感謝いたします, 助かりました, 助かります, サンキュー, お世話になりました, 参考になりました, 素晴らしい',
    bye: 'さようなら, さよなら, またね, また明日, お疲れ様, お疲れ様です, お疲れ様でした, お疲れさまです, お疲れさまでした, おやすみ, おやすみなさい, 失礼します, では, それでは',
    nod: 'ok, 了解, 了解です, 了解しました, わかりました, 分かりました, 承知しました, 承知いたしました, オーケー, なるほど, いいですね, 問題ありません, 大丈夫です, 以上です, 結構です',
    sorry:
      'すみません, ごめん, ごめんなさい, 申し訳ありません, 申し訳ございません, 失礼しました, 間違えました',
    'well-being': '元気ですか, お元気ですか, 元気, 調子はどうですか, 調子はどう',
    who: 'あなたは誰ですか, あなたは誰, 誰ですか, あなたは何ですか, お名前は, お名前は何ですか, 名前は, ボットですか, ロボットですか, 人間ですか, aiですか, あなたはボットですか, あなたは人間ですか, あなたはaiですか, stewardとは, stewardとは何ですか, 自己紹介してください, 自己紹介して',
    filler: 'steward, どうも, とても, 本当に, さん, 今日, また, ね, よ',
  },
};
