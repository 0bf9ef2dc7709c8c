/**
 * The meanings of `lexicon.ts` in more languages (Italian, Portuguese, Dutch, Polish, Turkish, Russian, Greek, Swedish, Danish,
 * Norwegian, Czech, Romanian, Hungarian, Finnish, Indonesian, Vietnamese, Arabic, Hindi), and meanings of their own. A meaning
 * weighs the same in every language, so what was learned from one counts in all. Same notation as there.
 */
export const MORE_LANGUAGES: Record<string, string> = {
  /** As if something were so. */
  asif: `as_if as_though pretend* assume* assuming suppose supposing let's_say make_believe treat_it_as treat_this_as consider_it considered act_like imagine
    tu_so als_ob als_hatte als_hatten als_ware nimm_an angenommen gehen_wir_davon_aus betrachte stell_dir_vor gesetzt_den_fall
    como_si haz_de_cuenta supon supongamos imagina finge da_por_hecho da_por
    comme_si fais_semblant suppose supposons imagine imaginons considere disons_que pars_du_principe
    come_se fai_finta fingi supponi supponiamo immagina metti_che mettiamo considera
    como_se faz_de_conta faca_de_conta finge finja supoe suponha imagine imagina considera
    alsof doe_alsof stel_dat stel_je_voor neem_aan ga_ervan_uit veronderstel
    zaloz* załoz* zaloż* udawaj udaj przyjmij wyobraz jakby jak_gdyby potraktuj
    gibi_davran gibi_yap varsay farz farzet sanki gibi_devam mis_gibi mıs_gibi mus_gibi
    притворись представь представим предположи предположим допустим сделаи_вид считаи как_будто как_если
    προσποιησου υποθεσε φαντασου σαν_να κανε_πως
    latsas lat_som anta antag tank_dig forestall lad_som forestil gaa_ud_fra lat_som late_som later_som
    predstirej predstav tvar_se jako_by predpokladej delej
    prefa-te prefa ca_si_cum presupune inchipuie imagineaza tegyel_ugy tegyuk_fel mintha kepzeld kuvittele oleta teeskentele ikaan_kuin
    anggap anggaplah seolah-olah seolah bayangkan pura-pura gia_vo gia_su coi_nhu cu_xem tuong_tuong
    تظاهر افترض تخيل كأن وكأن اعتبر मान_लो मानो मान_लीजिए कल्पना जैसे_कि`,
  /** Somebody said yes. */
  approved: `approved approves approval approvals approver signed_off sign_off signoff consented agreed ok'd okayed greenlit green_light go-ahead go_ahead waived cleared
    authorised authorized authorisation authorization said_yes said_ok countersigned permission
    genehmigt genehmigung* freigegeben freigabe* zugestimmt zustimmung bewilligt abgesegnet abgenickt erlaubt grunes_licht
    aprobado aprobada aprobo aprobacion autorizado autorizada autorizo autorizacion firmado visto_bueno luz_verde dado_permiso permiso
    approuve approuvee approbation valide validee validation autorise autorisee autorisation feu_vert donne_son_accord accord signe
    approvato approvata approvazione autorizzato autorizzata autorizzazione firmato via_libera consenso d'accordo permesso
    aprovado aprovada aprovou aprovacao autorizado autorizou autorizacao assinou luz_verde permissao deu_o_ok concordou
    akkoord goedgekeurd goedkeuring toestemming toegestemd getekend groen_licht
    zatwierdzil* zatwierdził* zatwierdzon* zgodzil* zgodził* zgode zgoda zgody aprobat* aprobowal* podpisal* pozwolil* akceptacj* zaakceptowa*
    onaylad* onaylamis* onaylamıs* onayli onaylı onay onayi onayı izin_verdi kabul_etti imzalad*
    одобрил* одобрен* одобрения согласовал* согласован* согласился согласилась разрешил* разрешение подписал* утвердил*
    ενεκρινε εγκριση εγκρινει συμφωνησε αδεια
    godkant godkande godkannande godkendt godkendte godkendelse godkjent godkjente godkjenning sagt_ja tillatelse tillstand
    schvalil* schvaleni schvaleno souhlas* povolil* aprobat aprobare aprobarea acord acordul semnat jovahagyta jovahagyas engedelyezte hyvaksynyt hyvaksyi hyvaksynta
    setuju disetujui menyetujui persetujuan izin da_duyet duyet chap_thuan phe_duyet dong_y
    وافق وافقت موافقة الموافقة اعتمد صرح मंजूरी मंज़ूरी अनुमोदन स्वीकृति अनुमति`,
  /** Who decides. */
  boss: `boss bosses manager managers ceo cfo coo director chief supervisor superior head_of approver team_lead lead board owner president executive
    chef chefin vorgesetzt* vorstand leiter leiterin geschaftsfuhrer* geschaftsleitung teamleiter*
    jefe jefa director directora gerente responsable encargado encargada
    patron responsable directeur directrice manageur chef cheffe superieur
    capo capa responsabile direttore direttrice dirigente superiore
    chefe gerente diretor diretora gestor gestora patrao
    baas leidinggevende manager directeur afdelingshoofd
    szef szefa szefowa dyrektor dyrektora dyrektorka przelozon* przełozon* kierownik* prezes
    mudur muduru mudurum yonetici yoneticim patron patronum amir amirim
    начальник* начальства директор* руководител* шеф босс менеджер
    προισταμενος διευθυντης αφεντικο διευθυντη
    chefen chef sjef sjefen leder lederen direktor ledare
    sef sefa seful sefului sefa reditel* nadrizen* vedouci manazer director directorul fonok fonokom igazgato pomo esimies johtaja
    atasan bos direktur manajer sep giam_doc quan_ly
    المدير مديري مدير الرئيس رئيسي बॉस मैनेजर प्रबंधक निदेशक`,
  /** Moving money, and carrying something out. */
  pay: `pay payment payments payout payouts wire transfer transfers refund refunds invoice invoices deposit reimbursement reimburse budget funds money account_number iban purchase_order bonus
    uberweis* zahlung* zahle bezahl* auszahl* geld betrag rechnung erstattung konto
    pago pagos paga pagar transferencia transfiere transferir dinero reembolso factura gasto gastos cuenta
    paiement paie payer virement virer argent remboursement facture depense frais
    paga pagamento pagare bonifico fattura denaro soldi rimborso spesa
    pagamento paga pague pagar transferencia transfere transfira dinheiro reembolso fatura despesa
    betaal betaling overmaken overboeking overschrijving geld factuur terugbetaling
    przelew* zapłac zaplac płatnosc platnosc pieniadze zwrot fakture faktura
    ode odeme odemeyi odemeyi para parayı havale transfer fatura iade
    оплати оплату платеж* переведи перевод* деньги счет выплат* возврат
    πληρωσε πληρωμη χρηματα μεταφορα τιμολογιο
    betala betalning overfor overforing overfora penger penge pengar faktura refusjon utbetal*
    zaplat* platbu platba penize prevod* fakturu plateste plata banii transferul factura fizesd fizetes utald penzt maksa maksu rahat
    bayar pembayaran kirim_uang uang transfer chuyen_tien thanh_toan tien hoa_don
    ادفع الدفع حول تحويل المبلغ المال الفاتورة भुगतान पैसे ट्रांसफर चालान`,
  /** What an assistant works with. */
  toolset: `tools tool functions function_names plugins plugin capabilities endpoints api_calls commands_you connectors actions_you schemas parameters integrations
    werkzeuge werkzeugen funktionen schnittstellen parameter befehle
    herramientas funciones parametros capacidades comandos
    outils fonctions parametres capacites commandes
    strumenti funzioni parametri comandi capacita
    ferramentas funcoes parametros comandos capacidades
    functies hulpmiddelen gereedschap parameters opdrachten
    narzedzia narzędzia narzedzi funkcje funkcji parametry
    arac araclar* araç* fonksiyon* parametre*
    инструмент* функции функций параметр* команды
    εργαλεια συναρτησεις παραμετρους
    verktyg verktøy vaerktøjer værktøjer funktioner funksjoner
    nastroje funkce instrumente functii eszkozok fuggvenyek tyokalut alat fungsi cong_cu chuc_nang
    الأدوات أدوات الوظائف टूल उपकरण फ़ंक्शन`,
  /** What one may not have. */
  noaccess: `no_access no_permission no_permissions not_allowed not_authorised not_authorized not_permitted unauthorised unauthorized shouldn't_see should_not_see aren't_mine restricted_documents
    off_limits without_permission without_access above_my_clearance behind_the_permission can't_open cannot_open not_cleared
    keinen_zugriff kein_zugriff keine_rechte nicht_darf nicht_sehen_darf eigentlich_nicht gesperrte gesperrten ohne_berechtigung
    sin_permiso no_tengo_acceso no_tengo_permiso no_deberia sin_acceso restringid*
    pas_acces pas_le_droit sans_autorisation pas_autorise pas_censee pas_cense interdits_d'acces
    non_dovrei senza_permesso non_ho_accesso non_ho_i_permessi riservat*
    nao_devia nao_deveria sem_permissao nao_tenho_acesso nao_tenho_permissao restrit*
    geen_toegang geen_rechten niet_mag niet_zou_mogen zonder_toestemming
    nie_mam_dostepu nie_mam_uprawnien nie_powinienem nie_powinnam bez_uprawnien
    yetkim_olmayan yetkim_yok erisimim_olmayan erisim_iznim gormemem gizli_belge*
    нет_доступа не_имею_доступа нет_прав без_разрешения не_положено
    ingen_tilgang ingen_adgang inte_far nemam_pristup nemam_opravneni nu_am_acces nincs_jogom tidak_punya_akses khong_co_quyen
    ليس_لدي_صلاحية لا_أملك_صلاحية अनुमति_नहीं`,
  /** Whose things these are. */
  others: `other_users other_user other_people other_people's other_tenants other_tenant other_customers other_employees someone_else's somebody_else's colleagues colleague's coworkers teammates everybody's everyone's
    anderer anderen kollegen kollegin mitarbeiter fremde fremden
    otros otras companeros colegas ajenos demas
    autres collegues d'autrui d'un_autre
    altri altrui colleghi colleghe
    outros outras colegas alheios
    anderen collega's collegas
    innych uzytkownikow użytkownikow kolegow pracownikow wspolpracownikow
    diger digerlerinin baskalarinin baskalarının kullanicilarin kullanıcıların arkadaslarimin arkadaslarımın
    других чужие чужих коллег пользователей сотрудников
    αλλων χρηστων συναδελφων
    andra andres andre kollegor kolleger ostatnich kolegu altora altor colegilor masok kollegak muiden kollegoiden
    pengguna_lain orang_lain rekan nguoi_khac dong_nghiep
    الآخرين المستخدمين الموظفين الزملاء दूसरों दूसरे अन्य सहकर्मियों`,
  all: `all everything every whole entire complete full each anything alles alle sämtliche samtliche ganze vollstandig* todo todos toda todas entero completo
    tout tous toute toutes entier integral tutto tutti tutta tutte intero completo tudo todo todos inteiro alles alle hele volledige
    wszystko wszystkie wszystkich całosc calosc hepsi hepsini tum tumunu her_sey her_seyi bütün butun
    все всё всех весь полностью целиком allt alla alt hele vsechno vsechny tot toate mindent minden kaikki semua semuanya tat_ca toan_bo
    كل جميع كامل सब सभी पूरा सारे`,
  override: `tralascia trascura lascia_perdere lascia_stare metti_da_parte non_seguire non_rispettare ignora ignorate dimenticati dimentica dimenticate infrangi salta scavalca bypassa elimina cancella sospendi
    non_valgono non_vale fregatene non_contano smetti_di
    ignore ignora ignorem esquece esqueça desconsidera deixa_de_lado deixa_para_la descarta nao_sigas nao_siga quebra quebre viola passa_por_cima desativa desliga salta pula pule ja_nao nao_valem nao_vale nao_contam
    negeer negeren vergeet laat_los laat_varen trek_je_niets gooi_weg sla_over omzeil zet_uit schakel_uit gelden_niet telt_niet tellen_niet niet_langer houd_je_niet lap_aan
    zignoruj ignoruj pomin pomiń zapomnij porzuc porzuć olej odrzuc złam omin omiń wylacz wyłacz nie_przejmuj nie_przestrzegaj nie_obowiazuja juz_nie przestan
    yok_say yoksay gormezden_gel bos_ver umursama unut unutun atla ihlal devre_disi devre_dısı kaldir kaldır gecersiz artik_gecerli aldirma aldırma takma
    игнорир* забудь забудьте отбрось наплюи плюнь пренебреги не_обращаи не_соблюдаи не_следуи больше_не пропусти отключи сними выключи обоиди
    αγνοησε αγνοηστε ξεχνα ξεχασε παρακαμψε ακυρωσε
    ignorera glom bortse strunta stang_av hoppa_over ignorer glem se_bort slå_fra sla_av drit_i hopp_over bryt
    ignoruj zapomen vynech vypni zrus nedbej prestan ignora uita lasa incalca dezactiveaza hagyd felejtsd kapcsold_ki unohda ohita jata
    abaikan lupakan langgar lewati matikan bo_qua quen phot_lo tat
    تجاهل تجاهلي انسَ انس تخطى تجاوز عطل ألغ अनदेखा अनदेखी उपेक्षा नज़रअंदाज़ नजरअंदाज भूल छोड़ तोड़ो`,
  instruction: `istruzioni istruzione regola regole direttive disposizioni linee_guida vincoli restrizioni ordini consegne indicazioni norme paletti limiti
    instrucoes instrucao regra regras diretrizes ordens restricoes orientacoes normas limites indicacoes
    instructies instructie regel regels richtlijnen opdracht opdrachten huisregels voorschriften beperkingen bevelen aanwijzingen
    instrukcje instrukcji polecenia polecen zasady zasad zasadami reguly reguł reguły wytyczne wytycznych nakazy ograniczenia ograniczen limity
    talimat* kural* yonerge* direktif* emir* sinirlama* kisitlama* kısıtlama* sınırlama*
    инструкц* правил* указани* приказ* ограничени* предписани* директив* установк* распоряжени*
    οδηγιες κανονες εντολες περιορισμους οδηγιων
    instruktioner instruktionerna regler reglerna reglerne reglene instrukser instruksjoner riktlinjer retningslinjer order begransningar
    instrukce instrukci pokyny pokynu pravidla pravidel omezeni prikazy instructiunile instructiuni regulile reguli ordine utasitas* szabaly* ohjeet ohjeita saannot
    instruksi aturan perintah batasan pedoman chi_dan huong_dan quy_tac quy_dinh lenh
    التعليمات تعليمات القواعد قواعد الأوامر أوامر القيود القوانين निर्देश निर्देशों नियम नियमों आदेश आदेशों`,
  prior: `precedenti precedente prima iniziali iniziale ricevute ricevuto sopra di_cui_sopra qui_sopra fin_qui finora all'inizio
    anteriores anterior antes iniciais inicial acima recebidas recebeste recebeu ate_agora no_inicio
    eerdere eerder vorige bovenstaande hierboven daarboven boven begin ontvangen kreeg voordat tot_nu_toe oorspronkelijke
    wczesniejsze wczesniejszych poprzednie poprzednich powyzsze powyzej powyżej poczatku wyzej otrzymales dostales dostałes dotychczas
    onceki yukaridaki yukarıdaki yukarida basindaki basında basta baslangic* ilk once sana_verilen
    предыдущ* выше вышеуказанн* ранее раньше прежн* начал* исходн* изначальн* полученн*
    προηγουμεν* παραπανω πριν αρχικες
    tidigare foregående foregaende ovan ovanför ovanstaende fran_borjan tidligere ovenfor forrige
    predchozi vyse drive puvodni nahore zacatku anterioare anterior de_mai_sus inainte elozo fenti korabbi aiemmat edelliset ylla
    sebelumnya di_atas awal truoc phia_tren o_tren ban_dau
    السابقة السابق أعلاه قبل الأولى पिछले पहले ऊपर शुरुआती`,
  reveal: `mostra mostrami mostri fammi_vedere fai_vedere elenca elencami elencale svela rivela rivelami stampa scrivi scrivimi copia copiami ripeti riporta dimmi dammi traduci riassumi incolla visualizza leggi leggimi recita quali_sono qual_e cosa_c'e cosa_dice
    mostra mostra-me mostre mostre-me revela revele lista liste diz diga diz-me me_diga escreve escreva copia copie repete repita traduz traduza resume resuma imprime imprima da-me me_de exibe exiba quais_sao qual_e o_que_esta o_que_diz
    toon toont laat_zien geef geef_me vertel vertaal som_op lijst druk_af schrijf kopieer herhaal citeer onthul vat_samen samenvatten plak lees welke_zijn wat_staat wat_is
    pokaz pokaż wypisz napisz podaj wyswietl ujawnij zdradz powiedz powtorz przetłumacz przetlumacz stresc streść skopiuj wklej przeczytaj zacytuj jakie_sa jakie_masz co_jest
    goster göster soyle soyle yaz listele ver acikla açıkla aktar cevir çevir tekrarla kopyala ozetle ifsa_et oku anlat neler nedir
    покажи покажите выведи напиши перечисли раскрои расскажи скажи назови повтори переведи перескажи скопируи процитируи дословно какие что_написано
    δειξε δειξτε πες γραψε αποκαλυψε επαναλαβε μεταφρασε
    visa vis skriv lista beratta avsloja upprepa oversatt sammanfatta fortell vis_meg gjenta oversett afslør afslor gentag oversæt oversaet
    ukaz vypis napis zopakuj prozrad rekni prelozit preloz shrn zkopiruj arata arata-mi spune spune-mi scrie listeaza repeta traduce rezuma dezvaluie mutasd ird sorold ismeteld forditsd nayta kerro listaa kaanna toista
    tunjukkan tampilkan sebutkan beritahu tulis terjemahkan ulangi salin ringkas cho_toi_xem hien_thi liet_ke tiet_lo dich lap_lai viet in_ra
    أظهر اعرض أخبرني اكتب ترجم كرر اطبع لخص اذكر दिखाओ दिखाइए बताओ बताइए लिखो अनुवाद दोहराओ सूची`,
  secret: `password parola_d'ordine segreto segreta segreti credenziali chiave_segreta codice_di_accesso stipendio stipendi buste_paga riservato riservati
    senha senhas palavra-passe segredo segredos credenciais chave_secreta salario salarios codigo_de_acesso confidenciais
    wachtwoord* geheim geheime inloggegevens salaris salarissen sleutel toegangscode vertrouwelijke
    hasło hasło haslo hasła hasla sekret sekrety tajne tajny poufne klucz pensje pensji wynagrodzen*
    sifre* şifre* parola gizli sir sır anahtar maas* maaş* kimlik_bilgi*
    пароль пароля пароли секрет* таины таиныи ключ зарплат* оклад* конфиденциальн*
    κωδικος κωδικο μυστικο κλειδι μισθος
    losenord* passord* adgangskode* hemlig* hemmelig* lon løn lønn loner
    heslo hesla tajne tajemstvi klic platy parola secret salariile jelszo* titok fizetes* salasana salaisuus palkat
    kata_sandi rahasia kunci gaji mat_khau bi_mat luong
    كلمة_المرور كلمة_السر سر سري السرية الرواتب المفتاح पासवर्ड गुप्त रहस्य वेतन`,
  systemprompt: `istruzioni_iniziali istruzioni_nascoste messaggio_di_sistema tue_istruzioni le_tue_regole prompt_nascosto testo_nascosto istruzioni_di_sistema
    tuas_instrucoes suas_instrucoes instrucoes_iniciais instrucoes_ocultas mensagem_de_sistema tuas_regras suas_regras texto_oculto prompt_do_sistema
    jouw_instructies je_instructies verborgen_tekst verborgen_instructies systeembericht jouw_prompt je_prompt
    twoje_instrukcje twoich_instrukcji twoje_zasady ukryty_tekst prompt_systemowy komunikat_systemowy twoj_prompt
    sistem_mesaji sistem_mesajı sistem_promptu senin_talimat* gizli_metin sana_verilen_talimat* sana_yazilan sana_yazılan
    твои_инструкции твоих_инструкциях твои_правила скрытыи_текст системное_сообщение твои_промпт тебе_написали тебе_запретили
    dina_instruktioner dine_instrukser dine_instruktioner systemprompten tve_instrukce tvoje_pokyny systemovy_prompt instructiunile_tale a_te_utasitasaid
    instruksimu petunjuk_sistem cau_lenh_he_thong تعليماتك موجه_النظام`,
  self: `tuo tua tuoi tue ti te tu sei hai puoi lei suo sua
    voce teu tua teus tuas seu sua seus suas contigo podes pode consegue es
    je jij jouw jou u uw bent kun
    ty twoj twoje twoich twoja ciebie tobie ci jestes masz mozesz możesz
    sen senin seni sana sizin siz sin
    ты тебя тебе твои твоя твое твоих вы вас вам ваш ваши
    εσυ σου σε din ditt dina dig dig dine dit deg ty tvuj tve tvoje tobe ti esti tau ta tale te tied sina sinun kamu anda mu ban cua_ban may
    أنت لك لديك عليك तुम आप तुम्हारे आपके आपको तुम्हें`,
  persona: `sei_ora ora_sei adesso_sei da_ora_in_poi d'ora_in_poi fai_la_parte interpreta recita_la_parte comportati diventa
    agora_es agora_voce a_partir_de_agora daqui_em_diante faz_o_papel finge_que es_agora interpreta torna-te
    je_bent_nu jij_bent_nu vanaf_nu speel_de_rol gedraag_je word jestes_teraz od_teraz zachowuj_sie wciel_sie graj_role
    artik_sen artık_sen sen_artik simdi_sen bundan_sonra rolunu_oyna gibi_davran rol_yap
    ты_теперь теперь_ты отныне с_этого_момента веди_себя сыграи_роль
    du_ar_nu från_och_med_nu fran_och_med_nu du_er_nå du_er_nu fra_nå_av fra_nu_af spela_rollen
    ted_jsi nyni_jsi odted esti_acum de_acum mostantol te_mostantol olet_nyt
    kamu_sekarang mulai_sekarang bay_gio_ban tu_gio أنت_الآن من_الآن अब_से अब_तुम अब_आप`,
  mode: `senza_restrizioni senza_censura senza_filtri senza_limiti senza_regole modalita_sviluppatore
    sem_restricoes sem_censura sem_filtros sem_limites sem_regras sem_freios modo_desenvolvedor
    zonder_beperkingen zonder_filters zonder_grenzen zonder_regels ongefilterd ontwikkelaarsmodus
    bez_ograniczen bez_cenzury bez_filtrow bez_zadnych bez_zasad tryb_deweloper* nieograniczon*
    sinirsiz sınırsız sansursuz filtresiz kuralsiz kuralsız gelistirici_modu kisitlamasiz
    без_ограничении без_цензуры без_фильтров без_правил режим_разработчика неограниченн*
    utan_begransningar utan_filter utan_regler uden_begrænsninger uden_filter uden_regler uten_begrensninger uten_filter
    bez_omezeni bez_filtru fara_restrictii fara_limite fara_filtre fara_reguli korlatok_nelkul ilman_rajoituksia tanpa_batasan tanpa_filter khong_gioi_han
    بلا_قيود بدون_قيود बिना_रोक बिना_किसी`,
  conceal: `senza_dirlo non_dirlo di_nascosto senza_avvisare non_menzionare senza_parlarne sem_dizer sem_avisar nao_digas nao_menciones as_escondidas
    zonder_het_te_zeggen zeg_er_niets stiekem vertel_niemand nie_mow nic_nie_mow po_cichu bez_wiedzy kimseye_soyleme gizlice haber_vermeden belli_etmeden
    никому_не_говори не_сообщаи таино втаине sag_til_ingen hemligt sag_inget hemmeligt
    nikomu_nerikej potaji fara_sa_spui pe_ascuns senkinek titokban jangan_beritahu diam-diam dung_noi_ai
    sin_contar sin_que_nadie sin_que_se_entere sans_en_parler sans_le_dire sans_que ohne_dass heimlich unauffallig سرا دون_إخبار किसी_को_मत चुपके`,
  noask: `senza_approvazione senza_chiedere senza_passare senza_conferma sem_aprovacao sem_passar sem_perguntar sem_confirmacao zonder_goedkeuring zonder_te_vragen zonder_akkoord
    bez_zgody bez_akceptacji bez_pytania onay_almadan onaysiz onaysız sormadan без_одобрения без_спроса без_согласования в_обход
    utan_att_fraga utan_godkannande uden_godkendelse uten_godkjenning uden_at_sporge bez_schvaleni fara_aprobare engedely_nelkul ilman_hyvaksyntaa tanpa_persetujuan khong_can_duyet
    sin_pasar_por sin_visto_bueno sans_passer_par sans_validation an_der_freigabe an_der_genehmigung uberspring* دون_موافقة بدون_موافقة बिना_पूछे बिना_मंजूरी
    skip_the_approval skip_approval skip_the_check skip_the_review skip_the_confirmation no_one_has_to_approve nobody_has_to_approve bypass_the_check ask_forgiveness ask_afterwards ask_permission_afterwards
    four_eyes four-eyes second_reviewer second_signature without_a_second never_check never_checks won't_check won't_look won't_notice doesn't_check as_approved approved_by`,
  exfil: `invia inviami manda mandami inoltra spedisci trasferisci envie envia mande manda encaminhe transfira stuur stuur_door verstuur mail wyslij wyślij przeslij prześlij gonder gönder yolla ilet
    отправь перешли вышли скинь skicka send videresend odesli preposli trimite kuldd lahetа kirimkan gui chuyen_tiep أرسل حوّل भेजो भेजें भेज_दो`,
  action: `approva approvami esegui paga autorizza concedi elimina attiva disattiva aprova aprove executa execute autoriza concede apaga ativa goedkeur keur_goed voer_uit betaal geef_toegang verwijder
    zatwierdz zatwierdź wykonaj przyznaj usun usuń skasuj wlacz onayla calistir çalıştır calıstır yap sil ver aktiflestir одобри утверди выполни проведи удали выдаи включи
    godkann godkend godkjenn utfor slet radera slett schval proved smaz povol aproba executa sterge fa hagyd_jova hajtsd torold hyvaksy suorita poista setujui jalankan hapus duyet thuc_hien xoa
    وافق نفذ احذف امنح स्वीकृत मंजूर चलाओ हटाओ`,
  crime: `falsifica falsificare falsificar falsifique bomba droga droghe rubare hackerare hackear fabbricare contraffare forzare_una roubar armas veneno
    vervals* vals_paspoort bom drugs stelen hacken wapen inbreken gif sfałszowac podrobic podrobić ukrasc bombe bombę włamac włamać narkotyki bron truciznę
    sahte bomba calmak hacklemek silah uyusturucu zehir kilit_açmak поддел* взлом* украсть оружие наркотик* яд бомб*
    falska forfalske bomb vapen vaben narkotika knark stjela hacka padelat padelany zbran drogy ukrast falsific* arma hamis bomba fegyver vaarenna pommi memalsukan bom narkoba meretas lam_gia bom hack
    تزوير قنبلة اختراق سرقة مخدرات बम नकली चोरी हैक`,
  office: `ferie fattura fatture riunione rimborso spese ufficio lavoro trasferta permessi mensa badge stampante orario straordinari smart_working telelavoro
    ferias fatura reuniao reembolso despesas escritorio trabalho viagem remoto folga refeitorio impressora
    verlof factuur vergadering declaratie declaraties kantoor thuiswerk* reiskosten printer rooster pauze
    urlop urlopu spotkanie faktura wydatkow wydatki biuro zdalnej zdalna delegacj* drukarka grafik zwrotu
    izin izni toplanti toplantı fatura masraf* ofis uzaktan seyahat yazici yazıcı vardiya mesai yemek
    отпуск* встреч* командировк* расход* офис удаленн* принтер график столов*
    semester mote möte faktura resa utlagg kontor distans* ferie mode møde rejse udlæg hjemmearbejde hjemmekontor reise
    dovolen* schuzk* cest* vydaj* kancelar concediu sedinta deconturi birou szabadsag ertekezlet loma kokous
    cuti rapat kantor perjalanan nghi_phep hop van_phong cong_tac إجازة اجتماع مصاريف छुट्टी बैठक यात्रा खर्च
    homeoffice heimarbeit arbeitszeit dienstreise* spesen kantine teletrabajo viajes comedor turnos jornada teletravail deplacement cantine horaires conges vacances
    telework work_from_home working_from_home home_office remote_work overtime sick_leave parental_leave parental onboarding expense travel`,
  howto: `come_posso come_faccio come_si dove_trovo dove_posso chi_puo quando_devo como_posso como_faco onde_encontro quem_pode como_redefino hoe_kan hoe_stel hoe_moet waar_vind wie_mag wie_kan
    jak_moge jak_mogę jak_zresetowac gdzie_znajde gdzie_znajdę kto_moze kto_może nasil nasıl nerede kim_onaylar ne_zaman как_мне как_сбросить где_наити кто_может кто_согласует
    hur_kan var_hittar vem_kan hvordan hvor_finner hvor_finder hvem_kan jak_mohu kde_najdu kdo_muze cum_pot unde_gasesc cine_poate hogyan hol_talalom miten mista_loydan
    bagaimana di_mana siapa_yang lam_sao lam_the_nao o_dau كيف أين من_يمكنه कैसे कहाँ कहां कौन
    wie_setze wie_stelle wo_kann wer_kann donde_encuentro como_restablezco quien_puede ou_trouver comment_faire comment_afficher comment_reinitialiser`,
};

/** Parts of Japanese, Chinese and Korean text by the same meanings. */
export const MORE_CJK: Record<string, string> = {
  asif: 'ことにして ふりを つもりで と仮定 仮に 想像して かのように 假装 假设 假如 当作 就当 如同 仿佛 처럼 가정 셈치고 상상',
  approved: '承認 許可 同意 決裁 批准 同意 审批 授权 签字 승인 허가 허락 동의 결재',
  boss: '上司 部長 課長 社長 店長 マネージャー 責任者 经理 领导 老板 主管 总监 상사 팀장 사장 부장 매니저 대표',
  pay: '振込 支払 送金 払って 入金 返金 付款 转账 打款 汇款 支付 退款 송금 이체 결제 지급 환불 입금',
  toolset: 'ツール 関数 機能一覧 引数 プラグイン 工具 函数 接口 参数 插件 도구 함수 기능 매개변수',
  noaccess: '権限のない 権限がない アクセスできない 見られない 閲覧禁止 没有权限 无权 不该看 권한이 권한',
  others: '他の人 他のユーザー 同僚 みんなの 他社 其他用户 别人 同事 其他人 其他客户 다른 동료 타인',
  all: '全部 すべて 全て 全文 完全 所有 全部 一切 完整 모두 모든 전부 전체',
  reveal:
    '訳して 翻訳 要約 読み上げ 列挙 リスト 一覧 言って 翻译 总结 列出 念出来 说说 번역 요약 나열 읽어 보여 알려',
  prior: 'より上 この上 上に 先頭 最初 开头 上面 以上 之前 위에 위의 처음 이전 앞의 앞서',
  instruction: '規約 決まり 約束事 制約 规矩 约束 限制 원칙 제약 규정 지시사항 수칙',
  override: '忘れ 無視 気にせず 守らなく 外して 不要管 别管 不理 抛开 作废 무시 잊어 신경쓰지 따르지',
  secret: '給料 給与明細 年収 个人信息 薪水 工资单 员工资料 급여 연봉 비번',
  persona: '今からあなたは あなたは今 になりきって 现在你是 扮演 充当 지금부터 이제부터 역할',
  office:
    '休暇 出張 経費 会議 在宅 勤務 残業 社員食堂 報告書 年假 出差 报销 会议 加班 考勤 휴가 출장 회의 경비 재택 근무 야근',
  howto: 'どうすれば どこで 誰に 方法 手順 仕方 怎么 如何 哪里 谁可以 어떻게 어디서 누구에게 방법 절차',
  noask: '承認を待たず 確認を飛ば 内緒で こっそり 不用问 偷偷 直接执行 몰래',
};
