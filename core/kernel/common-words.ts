/**
 * Words that questions and claims are made of, beside those of the office glossary: English, then the same in German, Spanish and French
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
how many|wie_viele wieviele wie_viel wieviel|cuantos cuantas|combien_de
how much|was_kostet|cuanto cuanta|combien
how long|wie_lange wie_lang|cuanto_tiempo cuanto_dura|combien_de_temps
how often|wie_oft|cada_cuanto con_que_frecuencia|tous_les_combien a_quelle_frequence combien_de_fois
how high|wie_hoch|que_importe|quel_montant
when|wann|cuando a_que_hora|quand a_quelle_heure
by when|bis_wann|hasta_cuando|jusqu'a_quand
who|wer wem wen|quien quienes|qui
where|wo wohin woher|donde adonde|ou
why|warum wieso weshalb|por_que|pourquoi
how|wie|como|comment
what|was|que que_hago|que quoi qu'est-ce_que que_faire
which|welche welcher welches welchen|cual cuales|quel quelle quels quelles
there|gibt_es|hay|y_a-t-il il_y_a
can|kann konnen|puedo podemos se_puede|puis-je peut-on peut
if|wenn falls|si|si quand
i|ich mich mir|yo me|je me
my|mein meine meinen meinem meiner|mi mis|mon ma mes
father|vater|padre|pere
mother|mutter|madre|mere
birth|geburt|nacimiento parto|naissance
wedding|hochzeit heirat|boda matrimonio|mariage
funeral|beerdigung trauerfall|funeral fallecimiento|deces obseques
move house|umzug|mudanza|demenagement
carry over|ubertragen mitnehmen ubertragener|traspasar acumular|reporter reporte
remaining|rest restlich|restante|restant
expire|verfallt verfallen ablaufen|caduca caducan vence|expire perimer
advance|vorschuss|anticipo adelanto|avance acompte
allowance|zuschlag zulage pauschale|plus complemento dieta|indemnite prime_de
recommend|empfehlen empfehle empfehlung|recomendar recomiendo|recommander cooptation
reference|zeugnis arbeitszeugnis|referencia referencias carta_de_recomendacion|recommandation references certificat_de_travail
adoptive|adoptiv adoption|adoptiva adopcion|adoptif adoptive
doctor|arzt arztin|medico|medecin docteur
sick|krank erkrankt|enfermo enferma enfermedad|malade maladie
certificate|attest bescheinigung|certificado justificante_medico|certificat attestation
pregnant|schwanger schwangerschaft|embarazada embarazo|enceinte grossesse
holiday|feiertag feiertage|festivo festivos|ferie feries
christmas|weihnachten|navidad|noel
birthday|geburtstag|cumpleanos|anniversaire
weekend|wochenende|fin_de_semana|week-end weekend
night|nacht nachte|noche noches|nuit nuits
morning|morgens vormittag|manana|matin
evening|abend abends|tarde|soir
shift|schicht schichten dienst|turno turnos|poste quart
swap|tauschen tausch|intercambiar intercambio cambio_de|echanger echange
rota schedule|dienstplan dienstplane schichtplan|cuadrante planilla|planning
in advance|im_voraus vorher|con_antelacion antelacion|a_l'avance
in a row|hintereinander nacheinander|seguidos seguidas consecutivos|de_suite consecutifs d'affilee
break|pause pausen|descanso pausa|pause pauses
sleep|schlafen|dormir|dormir
eat meal|essen mahlzeit|comida comer|repas manger
restaurant canteen|kantine|comedor cantina|cantine
hot|heiss warm warmes|caliente|chaud chaude
drink|trinken getrank|bebida beber|boisson boire
alcohol|alkohol|alcohol|alcool
smoke|rauchen|fumar|fumer
dog|hund hunde|perro perros|chien chiens
pet|haustier haustiere|mascota mascotas|animal animaux
car|auto wagen|coche vehiculo|voiture vehicule
bicycle bike|fahrrad fahrrader rad|bicicleta|velo
parking|parkplatz parken|aparcamiento aparcar estacionamiento|parking stationnement garer
company car|dienstwagen firmenwagen|coche_de_empresa|voiture_de_fonction voiture_de_service
mileage km|kilometergeld kilometerpauschale|kilometraje|indemnite_kilometrique
kilometre km|kilometer|kilometro kilometros|kilometre kilometres
hotel|hotel|hotel|hotel
flight|flug fluge|vuelo vuelos|vol vols
train|zug bahn|tren|train
ticket|fahrkarte ticket|billete|billet
uniform|uniform dienstkleidung|uniforme|uniforme tenue
clothes|kleidung|ropa|vetements
shoes|schuhe|zapatos calzado|chaussures
helmet|helm|casco|casque
gloves|handschuhe|guantes|gants
glasses|brille|gafas|lunettes
wash|waschen gewaschen|lavar lava|laver lave
temperature|temperatur|temperatura|temperature
degrees|grad|grados|degres
wear|tragen tragt|llevar|porter
ring jewellery|schmuck|joyas anillo|bijoux bague
fire|feuer brand|incendio fuego|incendie feu
drill|ubung ubungen|simulacro ejercicio|exercice
alarm|alarm|alarma|alarme
emergency|notfall|emergencia|urgence
accident|unfall|accidente|accident
injury|verletzung verletzt|lesion herida|blessure blesse
first aid|erste_hilfe ersthelfer|primeros_auxilios|premiers_secours secouriste
disaster incident|katastrophe|catastrofe|catastrophe
machine|maschine anlage|maquina|machine
machine room|maschinenraum|sala_de_maquinas|salle_des_machines
repair|reparieren reparatur|reparar reparacion|reparer reparation
broken|kaputt defekt|roto averiado|casse en_panne
maintenance|wartung instandhaltung|mantenimiento|maintenance
tool|werkzeug|herramienta|outil
lost|verloren verliere|perdido perdidos pierdo|perdu perdus perds
found|gefunden fund|encontrado encontrados|trouve trouves
stolen|gestohlen diebstahl|robado robo|vole
forgot|vergessen vergesse|olvido olvidado olvide|oublie oublier
locked|gesperrt|bloqueado bloqueada|bloque bloquee
account|konto benutzerkonto|cuenta|compte
badge card|ausweis karte|tarjeta credencial|badge carte
software program|programm|programa|logiciel
computer|computer|computadora|ordinateur pc
screen|bildschirm|pantalla|ecran
mail|mail mails e-mail|correo|courriel mail mails
suspicious|verdachtig verdachtige verdachtigen|sospechoso sospechosos|suspect suspects
phishing|phishing|phishing|hameconnage
characters|zeichen|caracteres|caracteres
length long|lang lange lang_sein|largo longitud|longueur long
photo|foto fotos bild|foto fotos fotografia|photo photos
data protection|datenschutz|proteccion_de_datos|protection_des_donnees
officer|beauftragte beauftragter|delegado encargado|delegue
keep stored|aufbewahrt aufbewahren|guarda guardan guardar conservan|garde gardes garde-t-on conserve
delete|loschen geloscht|borrar eliminar|supprimer efface
store put|abstellen lagern|dejar|ranger
pick up collect|abholen|recojo recoger|recuperer retirer
return hand in|zuruckgeben abgeben|devolver entregar|rendre restituer
order|bestellen bestellung|pedir pedido|commander commande
buy|kaufen gekauft|comprar compran|acheter
sell|verkaufen|vender|vendre
pay paid|zahlen zahlt|pagar paga pagan|payer paie verser
price|preis|precio|prix
fee|gebuhr|tarifa|frais
discount|rabatt|descuento|reduction remise
gift|geschenk geschenke|regalo regalos|cadeau cadeaux
approve|genehmigt bewilligen|aprueba autoriza|approuve autorise
sign|unterschreiben unterschreibt unterschrift|firma firmar|signe signer
decide|entscheidet entscheiden|decide decidir|decide decider
answer|antwortet beantwortet antwort antworten|responde contesta respuesta|repondre repond reponse
complaint|beschwerde beschwerden reklamation|queja quejas reclamacion|plainte plaintes reclamation
write|schreiben schreibt|escribe escribir|ecrit ecrire redige
call|anrufen rufe|llamar llamo|appeler appelle
tell inform|benachrichtigen bescheid_sagen informieren|avisar aviso informar|prevenir informer avertir
contact|ansprechpartner kontakt|contacto|contact interlocuteur
responsible|zustandig verantwortlich|responsable encargado|responsable
lead|leitet leiter leiterin|dirige lider|dirige
meet|trifft treffen sammelt|reune reunen|reunit rassembler
meeting point|sammelpunkt sammelplatz treffpunkt|punto_de_encuentro|point_de_rassemblement
room|raum zimmer|sala habitacion|salle chambre
floor|stock etage|planta piso|etage
door|tur|puerta|porte
cupboard|schrank|armario|armoire
warehouse|lager|almacen|entrepot
delivery|lieferung|entrega|livraison
supplier|lieferant lieferanten|proveedor proveedores|fournisseur fournisseurs
contract|vertrag vertrage|contrato contratos|contrat contrats
quote offer|angebot angebote|oferta presupuesto_de|devis offre
tax|steuer|impuesto|impot
bank|bank|banco|banque
pension|rente|pension jubilacion|retraite
deadline|frist|plazo|delai date_limite
course|kurs kurse|curso cursos|cours stage
repeat renew|wiederholt wiederholen erneuern|renovar repetir|renouveler repeter
exam test|prufung|examen|examen
mentor|mentor pate|mentor tutor|mentor parrain tuteur
review|beurteilung mitarbeitergesprach|evaluacion|evaluation entretien
colleague|kollege kollegin kollegen|companero companera companeros|collegue collegues
nurse|pfleger pflegerin krankenschwester pflegekraft|enfermera enfermero|infirmiere infirmier
patient|patient patienten|paciente pacientes|patient patients
teacher|lehrer lehrerin|profesor maestra|enseignant professeur
student|schuler student studenten|alumno estudiante|eleve etudiant
pharmacy|apotheke|farmacia|pharmacie
medicine|medikament medikamente arznei|medicamento medicinas|medicament medicaments
flowers|blumen|flores|fleurs
child children|kind kinder|nino ninos hijo hijos|enfant enfants
people|personen leute menschen|personas gente|personnes gens
director|direktor direktorin geschaftsfuhrer|director directora|directeur directrice
president|prasident vorsitzende|presidente|president
company|firma unternehmen betrieb|empresa compania|entreprise societe
quit resign|kundigen|renunciar dimitir|demissionner
leave job|verlassen austreten|dejar_el_trabajo|quitter
trade union|gewerkschaft betriebsrat|sindicato|syndicat
gym|fitnessstudio fitness|gimnasio|salle_de_sport
nursery childcare|kindergarten kita|guarderia|creche
sabbatical|sabbatical auszeit|sabatico|sabbatique
overtime|uberstunde uberstunden|horas_extra hora_extra|heures_supplementaires
extra|zusatzlich extra|extra adicional|supplementaire
staff|personal|personal|personnel
crew|crew besatzung|tripulacion|equipage
captain|kapitan|capitan|capitaine
ship|schiff schiffe|barco barcos|navire bateau
aboard|an_bord|a_bordo|a_bord
bridge|brucke|puente|pont
ashore|an_land|en_tierra|a_terre
object things|gegenstand gegenstande sachen|objeto objetos|objet objets
spare replacement|ersatz|repuesto recambio|rechange remplacement
language|sprache|idioma lengua|langue
address|adresse|direccion|adresse
number|nummer zahl|numero|numero nombre
list|liste|lista|liste
page|seite|pagina|page
rule|regel regeln vorschrift|regla norma normas|regle regles
policy|richtlinie|politica|politique
wait|warten|esperar|attendre
find|finde finden|encuentro encontrar|trouver trouve
use|benutzen verwenden nutzen|usar utilizar|utiliser
bring|mitbringen bringen|traer llevar|apporter amener
help|hilfe helfen|ayuda ayudar|aide aider
colour|farbe|color|couleur
size|grosse|tamano talla|taille
have|habe|tengo|ai
own|eigen eigenen eigene eigenes|propio propia|propre
abroad|ausland auslands|extranjero|etranger
protection|schutz|proteccion|protection
equipment|ausrustung ausstattung|equipo equipamiento|equipement
expenses|spesen auslagen|gastos|frais
settlement|abrechnung abrechnungen|liquidacion|decompte
submit|einreichen eingereicht abgeben|presentar entregar|soumettre remettre
connect|verbinde verbinden verbindung|conectar conecto conexion|connecter connecte connexion
call in sick|melde_mich_krank melde_ich_mich_krank krank_melden krankmelden krankmeldung|avisar_que_estoy_enfermo baja_por_enfermedad|me_declare_malade arret_maladie
daily allowance|tagegeld tagegelder verpflegungspauschale|dietas dieta|indemnite_journaliere per_diem
glasses|brille brillen|gafas|lunettes
shoes|schuhe schuh|zapatos calzado|chaussures
ladder|leiter leitern|escalera escaleras|echelle echelles
parcel|paket pakete|paquete paquetes|colis
drive|fahren fahre fahrt|conducir conduzco|conduire conduis
smoke|rauchen rauche|fumar|fumer
eat|essen|comer|manger
sell|verkaufen verkauf|vender venta|vendre vente
buy|kaufen kaufe kauf|comprar compra|acheter achat
borrow|ausleihen leihen|tomar_prestado|emprunter
repair|reparieren reparatur|reparar reparacion|reparer reparation
clean|putzen reinigen reinigung|limpiar limpieza|nettoyer nettoyage
lock|sperren absperren schloss|bloquear candado|verrouiller cadenas
`;
