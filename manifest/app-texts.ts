import type { Translated } from './commands.js';

/** What the app catalogues of the channels say about Steward. */
export const APP_NAME = 'Steward';

export const SHORT_DESCRIPTION: Translated = {
  en: 'Cited answers from your documents, and work that waits for approval',
  de: 'Antworten mit Quellen, und Arbeit, die auf Genehmigung wartet',
  es: 'Respuestas con fuentes y trabajo que espera aprobación',
  fr: 'Des réponses avec sources, et du travail soumis à approbation',
  ja: '出典付きの回答と、承認を待つ作業',
};

export const LONG_DESCRIPTION: Translated = {
  en: 'Steward answers questions from your company’s own documents and shows the passage that each sentence comes from. When the documents do not say, it tells you so and offers to ask a person. Work that changes something, such as a ticket, an announcement or a purchase, is proposed by Steward and waits for the person who may decide: they see what would happen, why, at what risk and cost, can change the details, and approve or reject it in the chat.',
  de: 'Steward beantwortet Fragen aus den Dokumenten Ihres Unternehmens und zeigt zu jedem Satz die Stelle, von der er stammt. Steht es nicht in den Dokumenten, sagt Steward das und bietet an, einen Menschen zu fragen. Was etwas verändert, etwa ein Ticket, eine Ankündigung oder ein Kauf, schlägt Steward vor; es wartet auf die Person, die entscheiden darf. Sie sieht, was geschehen würde, warum, mit welchem Risiko und zu welchen Kosten, kann Einzelheiten ändern und im Chat genehmigen oder ablehnen.',
  es: 'Steward responde a preguntas con los documentos de su empresa y muestra el pasaje del que procede cada frase. Si los documentos no lo dicen, lo reconoce y ofrece preguntar a una persona. El trabajo que cambia algo, como un ticket, un anuncio o una compra, lo propone Steward y espera a quien puede decidir: ve qué ocurriría, por qué, con qué riesgo y coste, puede cambiar los detalles y aprobarlo o rechazarlo en el chat.',
  fr: 'Steward répond aux questions à partir des documents de votre entreprise et montre le passage dont vient chaque phrase. Quand les documents ne le disent pas, il le reconnaît et propose de demander à une personne. Ce qui modifie quelque chose, comme un ticket, une annonce ou un achat, est proposé par Steward et attend la personne qui peut décider : elle voit ce qui se passerait, pourquoi, avec quel risque et à quel coût, peut modifier les détails, et approuve ou refuse dans le chat.',
  ja: 'Steward は会社の文書をもとに質問に答え、各文の根拠となる箇所を示します。文書に書かれていない場合はその旨を伝え、人に尋ねることを提案します。チケット、お知らせ、購入など何かを変更する作業は Steward が提案し、判断できる人を待ちます。判断する人は、何が起こるか、理由、リスク、費用を確認し、内容を変更したうえで、チャットで承認または却下できます。',
};
