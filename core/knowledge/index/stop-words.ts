const list = (words: string): string[] => words.split(' ');

/** Words too common to tell one passage from another, without diacritics, by ISO 639-1 language. */
export const STOP_WORDS: Readonly<Record<string, ReadonlySet<string>>> = {
  en: new Set(
    list(
      "a about all am an and any are as at be been being but by can could did do does doing done don for from get gets getting got had has have having he her hers him his how i if in into is it its itself just many may me might more most much must my no nor not of off on once only or other our ours out over own same shall she should so some such than that the their theirs them then there these they this those through to too under until up us very was we were what when where which while who whom whose why will with would you your yours i'm i've i'd i'll it's don't doesn't didn't can't isn't aren't won't there's what's who's where's when's how's that's let's we're you're they're i'd we'll wouldn't couldn't shouldn't wasn't aint im ive dont doesnt didnt cant isnt arent wont wouldnt couldnt shouldnt wasnt theres whats whos wheres whens hows thats lets youre theyre u ur pls please hey hi hello thanks thx ok okay now gonna wanna gotta",
    ),
  ),
  de: new Set(
    list(
      'aber alle allem allen aller alles als also am an andere anderen auch auf aus bei bin bis bist da damit dann das dass dein deine dem den der des die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er es euch euer fur gegen hab habe haben hat hatte hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im in ins ist ja jede jedem jeden jeder jedes jetzt kann kein keine keinem keinen keiner konnen man manche mein meine meinem meinen meiner mich mir mit muss mussen nach nicht nichts noch nun nur ob oder ohne sehr sein seine seinem seinen seiner sich sie sind so soll sollen sollte sonst uber um und uns unser unsere unter viel viele vom von vor wann war waren warum was weil welche welchem welchen welcher welches wenn wer werde werden wie wieder will wir wird wo wollen wurde wurden zu zum zur zwar zwischen darf durfen bekomme bekommt gibt',
    ),
  ),
  es: new Set(
    list(
      'a al algo algunas algunos ante antes como con contra cual cuales cuando cuanto cuanta cuantos cuantas de del desde donde durante e el ella ellas ellos en entre era es esa esas ese eso esos esta estas este esto estos fue ha han hay hasta la las le les lo los mas me mi mis mucho muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque puede pueden puedo que quien quienes se ser si sin sobre son soy su sus tambien tanto te tengo tiene tienen todo todos tu tus un una uno unos y ya yo debo debe',
    ),
  ),
  fr: new Set(
    list(
      "a ai as au aux avec avez avons c ce ces cet cette comme d dans de des donc du elle elles en est et etre eu fait faut il ils j je l la le les leur leurs lui m ma mais me mes moi mon n ne nos notre nous on ont ou par pas peut peux plus pour puis qu quand que quel quelle quelles quels qui quoi s sa sans se ses si son sont sur t ta te tes toi ton tous tout tu un une vos votre vous y c'est j'ai d'un d'une combien comment",
    ),
  ),
};
