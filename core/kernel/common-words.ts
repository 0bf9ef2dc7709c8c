/**
 * Words that claims are made of, beside those of the office glossary: English, then the same in German, Spanish and French
 * (`a_b` is a phrase). Letters are lower case without marks, as tokens are. Our own list.
 */
export const COMMON_WORDS = `
must|muss mussen musst hat_zu haben_zu sind_zu|debe deben debera hay_que tiene_que tienen_que han_de|doit doivent devez il_faut
may|darf durfen|puede pueden|peut peuvent pouvez
need|braucht brauchen benotigt benotigen erfordert erfordern bedarf|necesita necesitan requiere requieren|exige exigent necessite necessitent requiert ont_besoin_de a_besoin_de
approval|genehmigt genehmigen freigegeben freigeben bewilligt zustimmung|aprobado aprobada aprobar aprueba aprobacion visto_bueno autorizacion|approuve approuvee approuver valide validee valider accord
get|bekommen bekommt erhalten erhalt haben hat steht_zu stehen_zu|reciben recibe tienen tiene obtienen obtiene|recoivent recoit ont a_droit ont_droit beneficient obtiennent
paid leave|urlaub urlaubs bezahlten_urlaub bezahlter_urlaub|vacaciones_pagadas vacaciones|conges_payes conges
leave|freistellung|permiso licencia|absence
year|jahr jahre jahren jahrlich|ano anos anual anuales|an ans annee annuel
month|monat monate monaten monatlich|mes meses mensual|mois mensuel
week|woche wochen wochentlich|semana semanas semanal|semaine semaines hebdomadaire
day|tag tage tagen taglich|dia dias diario|jour jours quotidien
hour|stunde stunden|hora horas|heure heures
minute|minute minuten|minuto minutos|minute minutes
monday|montag montags|lunes|lundi lundis
tuesday|dienstag dienstags|martes|mardi mardis
wednesday|mittwoch mittwochs|miercoles|mercredi mercredis
thursday|donnerstag donnerstags|jueves|jeudi jeudis
friday|freitag freitags|viernes|vendredi vendredis
saturday|samstag samstags sonnabend|sabado sabados|samedi samedis
sunday|sonntag sonntags|domingo domingos|dimanche dimanches
january|januar|enero|janvier
february|februar|febrero|fevrier
march|marz|marzo|mars
april|april|abril|avril
may|mai|mayo|mai
june|juni|junio|juin
july|juli|julio|juillet
august|august|agosto|aout
september|september|septiembre|septembre
october|oktober|octubre|octobre
november|november|noviembre|novembre
december|dezember|diciembre|decembre
two|zwei|dos|deux
three|drei|tres|trois
four|vier|cuatro|quatre
five|funf|cinco|cinq
six|sechs|seis|six
seven|sieben|siete|sept
eight|acht|ocho|huit
nine|neun|nueve|neuf
ten|zehn|diez|dix
twelve|zwolf|doce|douze
first|erste ersten erster erstes|primer primera primero|premier premiere
last|letzte letzten letzter|ultimo ultima|dernier derniere
before|vorher zuvor bevor spatestens|antes antes_de|avant
after|nach nachdem danach|despues despues_de tras|apres
within|innerhalb binnen|en_un_plazo_de dentro_de|dans_les dans_un_delai_de
above|uber mehr_als ab|mas_de superior_a superiores_a por_encima_de|plus_de au-dessus_de superieur superieurs superieure superieures
below|unter weniger_als bis_zu|menos_de inferior_a hasta|moins_de inferieur jusqu'a
not|nicht|no|pas n'est_pas ne
no|kein keine keinen keiner keinem|ningun ninguna sin|aucun aucune sans
only|nur ausschliesslich|solo solamente unicamente|seulement uniquement
always|immer stets|siempre|toujours
never|nie niemals|nunca jamas|jamais
all|alle allen sammtliche samtliche|todos todas|tous toutes
every|jede jeder jedes jeden|cada|chaque
also|auch|tambien|aussi
full-time|vollzeit|a_tiempo_completo tiempo_completo jornada_completa|a_temps_plein temps_plein
part-time|teilzeit|a_tiempo_parcial media_jornada|a_temps_partiel temps_partiel
employee|mitarbeiter mitarbeiterin mitarbeiterinnen mitarbeitende mitarbeitenden beschaftigte beschaftigten angestellte angestellten arbeitnehmer personal|empleado empleada empleados empleadas trabajador trabajadores personal plantilla|employe employee employes employees salarie salariee salaries personnel collaborateur collaborateurs
contractor|freiberufler freie_mitarbeiter externe externen auftragnehmer|contratista contratistas autonomo autonomos externos|prestataire prestataires independant independants externes
intern|praktikant praktikantin praktikanten praktikantinnen werkstudent werkstudenten|becario becarios becaria practicas|stagiaire stagiaires
apprentice|azubi azubis auszubildende auszubildenden lehrling|aprendiz aprendices|apprenti apprentis
manager|vorgesetzte vorgesetzten vorgesetzter fuhrungskraft fuhrungskrafte chef chefin teamleiter teamleitung|jefe jefa gerente responsable supervisor|responsable superieur chef cheffe manager
customer|kunde kunden kundin|cliente clientes|client clients cliente
visitor|besucher gaste gast besuchern|visitante visitantes invitado invitados|visiteur visiteurs invite invites
team|team teams mannschaft|equipo equipos|equipe equipes
finance|finanz finanzen buchhaltung|finanzas financiero contabilidad|finances financier comptabilite
human resources|personalabteilung|recursos_humanos rrhh|ressources_humaines rh
legal|recht rechtsabteilung|juridico legal|juridique
portal|portal|portal|portail
request|antrag antrage antragen anfrage anfragen beantragen|solicitud solicitudes solicitar peticion|demande demandes requete demander
form|formular formulare|formulario formularios|formulaire formulaires
receipt|beleg belege belegen quittung quittungen|recibo recibos justificante justificantes ticket tickets|recu recus justificatif justificatifs
invoice|rechnung rechnungen|factura facturas|facture factures
upload|hochladen hochgeladen eingereicht einreichen laden|subir subirse subidos cargar|televerser televerses telecharger telecharges deposer deposes
send|senden geschickt schicken gesendet|enviar enviarse envia|envoyer envoyes envoie
business trip|dienstreise dienstreisen geschaftsreise geschaftsreisen reise reisen|viaje viajes viaje_de_negocios|voyage voyages deplacement deplacements
trip|fahrt fahrten|trayecto trayectos|trajet trajets
euro|euro euros eur|euro euros|euro euros
dollar|dollar|dolar dolares|dollar dollars
office|buro buros|oficina oficinas|bureau bureaux
closed|geschlossen zu|cerrado cerrada cerradas|ferme fermee fermes
open|geoffnet offen|abierto abierta|ouvert ouverte
lisbon|lissabon|lisboa|lisbonne
munich|munchen|munich|munich
cologne|koln|colonia|cologne
vienna|wien|viena|vienne
geneva|genf|ginebra|geneve
brussels|brussel|bruselas|bruxelles
london|london|londres|londres
germany|deutschland|alemania|allemagne
spain|spanien|espana|espagne
france|frankreich|francia|france
covers|deckt ubernimmt abgedeckt tragt|cubre cubren|couvre couvrent
costs|kosten kostet|costes costos cuesta|couts cout coute
salary|gehalt gehalter lohn lohne|salario sueldo nomina|salaire salaires paie
paid|bezahlt bezahlten bezahlter ausgezahlt gezahlt|pagado pagada pagados pagadas remunerado|paye payes payee remunere verse versee
reimburse|erstattet erstatten erstattung|reembolsa reembolsan reembolso|rembourse remboursee rembourses remboursement
book|buchen gebucht buchung|reservar reserva reservado|reserver reservation reserve
meeting|besprechung besprechungen sitzung treffen|reunion reuniones|reunion reunions
password|passwort kennwort passworter|contrasena contrasenas|mot_de_passe mots_de_passe
change|andern geandert wechseln|cambiar cambiarse cambia|changer change changes
report|melden gemeldet meldung|informar notificar avisar|signaler signale declarer
security|sicherheit|seguridad|securite
server|server servern|servidor servidores|serveur serveurs
data|daten|datos|donnees
access|zugang zugriff zutritt|acceso|acces
allowed|erlaubt gestattet zulassig|permitido permitida permite|autorise autorisee permis permet
forbidden|verboten untersagt|prohibido prohibida|interdit interdite
free|kostenlos gratis frei|gratis gratuito gratuita|gratuit gratuite
notice period|kundigungsfrist|preaviso plazo_de_preaviso|preavis
probation|probezeit|periodo_de_prueba|periode_d'essai
starts|beginnt startet fangt_an|empieza comienza|commence debute
ends|endet|termina acaba|finit termine
takes|dauert|dura tarda|dure prend
per|pro je|por al a_la|par
go|gehen geht|van va dirigen|vont va adresser adresse
about|etwa ungefahr|aproximadamente|environ
at least|mindestens wenigstens|al_menos como_minimo|au_moins
at most|hochstens maximal|como_maximo|au_plus maximum
phone|telefon handy|telefono movil|telephone portable
building|gebaude|edificio|batiment
key|schlussel|llave|cle cles
lunch|mittagessen|almuerzo|dejeuner
remote|remote homeoffice mobil|teletrabajo remoto|teletravail distance
work|arbeiten arbeitet arbeit|trabajar trabaja trabajo|travailler travaille travail
new|neue neuen neuer neues|nuevo nueva nuevos nuevas|nouveau nouvelle nouveaux
safety|sicherheits|seguridad|securite
training|schulung schulungen weiterbildung|formacion capacitacion|formation formations
budget|budget|presupuesto|budget
laptop|laptop notebook rechner|portatil ordenador|ordinateur portable
insurance|versicherung|seguro seguros|assurance
family|familie familien|familia|famille
health|gesundheit|salud medico|sante maladie
bonus|bonus pramie|bono prima|prime bonus
`;
