/**
 * Words of attacks by what they mean, in five languages. `a_b` is a phrase, `word*` a beginning. Letters are lower case
 * without marks, as the tokens are. Japanese and Chinese stand in CJK_LEXICON and are found as parts of a token.
 */
export const LEXICON: Record<string, string> = {
  override: `ignor* disregard* forget forgets forgetting forgot overrid* bypass* neglect* nevermind discard* dismiss*
    abandon* nullif* unlearn* circumvent* supersed* overwrit* invalidat* disobey* defy violate breach evade
    pay_no_attention do_not_follow dont_follow don't_follow stop_following set_aside leave_behind throw_out throw_away wipe erase
    no_longer_follow no_longer_apply no_longer_applies no_longer_bound no_longer_valid not_bound_by free_from freed_from
    get_rid_of never_mind do_not_obey do_not_adhere out_of_date outdated obsolete lift remove_all cancel_all turn_off
    ignoriere* ignorier* vergiss vergesse vergessen missachte* umgehe* uebergehe* ubergehe* verwirf verwerfe
    ignora ignorar ignore ignores olvida olvidar olvide olvidate descarta anula omite omitir desestima haz_caso_omiso
    ignorez ignorer oublie oubliez oublier neglige negligez contourne contourner fais_abstraction ne_tiens_pas_compte ne_tenez_pas_compte
    dimentica scordati scorda negeer vergeet zignoruj zapomnij ignorirui zabud забудь игнорируи забыть esqueca desconsidere glom ignorera unut yok_say تجاهل انس
    scrap scrapped cancel cancelled cancels drop ditch shelve abandon revoke* rescind* repeal* annul* scratch skip toss bin void strike_out cross_out tear_up
    do_away stop_obeying quit_following pay_no_heed turn_your_back tune_out lay_aside push_aside put_aside brush_off leave_aside let_go_of overrul* purge flush
    clear_your reset_your replace your_old no_longer_count no_longer_counts doesn't_count does_not_count don't_count does_not_matter gone_now are_gone is_gone reprogram* suspend*
    expired cease deactivat* disable disabled switch_off switched_off unload lower lift_the waive* relax* break_with break_free
    wirf streiche verwerfe verlasse uberschreib* kundige pfeif brich gilt_nicht zahlt_nicht hinfallig aufgehoben uber_bord schalte_die deaktivier* abschalten
    abandona tira rompe borra desobedece anular suspende pasa_de deja_de_lado desactiva salta elimina
    abandonne jette efface transgresse annule ecarte passe_outre enfreins laisse_tomber desactive coupe_les
    scarta annulla abbandona viola disattiva descarte abandone desative schrap overtreed verwerp wis odrzuc anuluj zlam pomin wylacz
    отбрось отмени нарушь удали выбрось отключи обойди не_соблюдай iptal bos_ver cigne kapat ألغ احذف خالف أوقف रद्द भूल अनदेखा`,
  instruction: `instruction* instuction* instruct instructed prompt prompts preprompt directive* guideline* command commands
    order orders rule rules ruleset constraint* restriction* guardrail* programming directives conditions requirements
    limitation* limits protocol protocols safeguards filters boundaries training messages
    anweisung* anleitung* instruktion* befehl* vorgabe* vorgaben regeln richtlinie* beschrankung* einschrankung* systemprompt*
    instruccion* regla reglas directriz directrices orden ordenes restriccion* limitacion* indicaciones
    consigne* regle regles ordre ordres contrainte* istruzion* regole
    brief mandate mandates directions guidance principles inhibitions code_of_conduct house_rules rule_book rulebook playbook standing_orders orders_you
    assignment* mission objective goal task tasks job duty duties terms agenda remit
    vorschrift* anordnung* grundsatze auftrag auftrage grenzen verbote filter
    normas mandatos obligaciones encargo tareas limites limite restrictions interdits missions
    regole direttive restrizioni indicazioni regras diretrizes restricoes instrucoes ordens regels instructies opdrachten beperkingen richtlijnen
    zasady instrukcje polecenia ograniczenia правила указания инструкции приказы ограничения установки инструкцию команды
    talimat* kural* emir* yonerge* kisitlama* التعليمات القواعد الأوامر القيود التوجيهات تعليماتك निर्देश* नियम* आदेश*`,
  policy: `policy policies moral morals morality ethic ethics ethical ethically content_policy content_policies safety safeguard
    censor* censorship moderation guideline guidelines richtlinien politica politicas politique ethik ethisch* etica ethique
    terms_of_service usage_policy safety_rules programmed`,
  prior: `previous previously prior above earlier preceding foregoing before initial initially original originally first existing past old so_far
    until_now up_to_now thus_far beforehand starting beginning all_of_the every everything already last_message
    vorherig* vorig* bisherig* obig* fruher* alten ursprunglich* oben zuvor davor anterior* previa previas previo previos arriba iniciales hasta_ahora
    precedent* anterieur* ci-dessus dessus initiales
    former older inherited default current so_far up_to_here till_now before_this from_before you_got you_were you_had you_received came_first
    fruheren vorherigen vorgegebenen internen zuvor de_antes recibidas originales d'avant recues d'origine precedenti ricevute di_prima recebidas vorige eerdere
    poprzednie wczesniejsze dotychczasowe прежние предыдущие старые начальные раньше onceki eski tum السابقة الأصلية كل جميع पिछले पहले सभी`,
  future: `following below subsequent later hereafter henceforth next_line`,
  reveal: `reveal* show print output outputs outputting repeat* display* tell disclos* expos* leak* dump* list give provide write recite* echo*
    summari* translate encode* decode* reproduce reprint restate share spell paste copy transcribe rewrite rephrase paraphrase
    describe explain convert format divulge emit regurgitate quote verbatim recap return expose rap poem
    console_log what_is what_are what_were what_was what's complete_this_sentence complete_the_sentence continue_the_following word_for_word
    mostrami dimmi geef toon laat_zien mostre mostre-me diga pokaz podaj покажи скажи назови goster soyle visa أظهر أخبرني दिखाओ बताओ zeig* verrat* wiederhol* gib_mir gib_aus nenn* offenbar* drucke schreib* ubersetz*
    muestra* muestrame revela* repite* dime imprime escribe ensename traduce
    montre* revele* repete* affiche* dis-moi dis_moi donne-moi ecris imprime traduis
    share type type_out write_out write_down put_in put_into surface cite replay mirror show_me let_me_see let_me_read may_i_see could_i_see can_i_see i'd_like_to_see fill_me_in
    walk_me_through hand_me hand_over pass_on pass_me read_out read_aloud outline render dictate confirm verify state name log echo bring_up pull_up look_like
    how_does how_long_is begins_with starts_with first_sentence first_line first_words last_line what_does fill_in the_blank complete_the continue_the finish_the
    zeige zeigen vorlesen lies_mir kopier* ausgeben ausgib verraten nenne buchstabier* wie_lautet zitier* muestrame copiar leer deletrea confirma dejas_ver
    montrer copier lire afficher epelle confirme recopier mostrami mostrare copiare ripetere dammi dimmi mostrar copiar repetir tonen kopieren herhalen voorlezen
    pokaz wypisz skopiuj powtorz podaj zdradz вывести показать скопировать прочитать выведи раскрой назови дай kopyala tekrarla yaz اطبع انسخ كرر اكشف लिखो दोहराओ`,
  secret: `password* passwort* passcode* passphrase secret secrets code_word codeword magic_word magicword access_code access_codes credential* api_key
    apikey token tokens hidden confidential private_key secret_key access_key key_phrase secret_phrase pin_code classified
    geheim* kennwort* zugangsdaten contrasena* clave claves secreto secreta confidencial mot_de_passe mots_de_passe secrete
    internal_notes internal_details connection_string environment_variables env_vars
    vault_code passkey pass_code access_token bearer_token session_token license_key licence_key recovery_code root_password admin_login keyword flag secret_word
    safe_combination door_code wifi_key service_account encryption_key login logins not_for_users do_not_share marked_private off_the_record
    zugangscode geheimwort schlussel palabra_secreta codigo_de_acceso mot_secret code_d'acces cle_api cle password_dell'amministratore parola_segreta
    senha palavra_secreta codigo_de_acesso wachtwoord geheim_woord haslo пароль секретное секрет код_доступа ключ sifre* كلمة_السر كلمة_مرور الرمز पासवर्ड`,
  systemprompt: `system_prompt system_prompts systemprompt system_message system_messages system_instruction system_instructions
    initial_prompt initial_prompts initial_instruction initial_instructions original_prompt original_instructions pre-prompt base_prompt
    hidden_prompt hidden_instructions secret_instructions your_prompt your_instructions your_instruction your_rules your_guidelines
    your_system your_directives your_configuration your_programming your_training your_initial your_original your_context
    the_prompt the_above_prompt custom_instructions developer_message developer_instructions initialization_string system_configuration
    starting_instructions your_constraints your_restrictions your_guardrails your_filters your_safety your_secret your_hidden
    instructions_above text_above words_above above_text above_words above_instructions prompt_above preceding_text you_were_told you_were_given
    you_were_instructed you_are_told you_have_been_told you_were_programmed been_given was_instructed_to this_conversation_started entire_conversation
    first_message context_window not_supposed_to not_allowed_to_tell
    dein_systemprompt deine_anweisungen deinen_systemprompt deine_regeln deine_systemanweisungen ihre_anweisungen ihren_systemprompt deine_richtlinien
    tu_prompt tus_instrucciones prompt_del_sistema sus_instrucciones mensaje_del_sistema tus_reglas instrucciones_del_sistema
    tes_instructions vos_instructions prompt_systeme invite_systeme message_systeme tes_consignes vos_consignes instructions_systeme
    hidden_message hidden_text hidden_context hidden_brief hidden_part operator_note operator_instructions developer_note meta_prompt root_prompt
    starting_prompt startup_text start-up_text ground_rules internal_guidelines internal_instructions operating_instructions original_orders first_orders
    your_brief your_briefing your_mandate your_setup your_set-up your_starting your_orders your_own_instructions your_script your_persona your_policies
    your_policy your_startup your_boot your_loaded your_default how_you_were how_were_you you_run_on you_operate_under you_started_with guides_you governs_you
    shapes_you told_you_to asked_you_to briefed_you set_you_up told_not_to may_not_tell must_not_say before_our_conversation before_our_chat
    ausgangstext einrichtungstext anfangstext versteckten_auftrag ersten_befehl dein_prompt deinen_prompt deine_grenzen mensaje_inicial texto_oculto prompt_inicial
    prompt_initial texte_cache ton_prompt prompt_di_sistema messaggio_iniziale prompt_de_sistema mensagem_inicial systeemprompt eerste_bericht
    prompt_systemowy ukryte_instrukcje системный_промпт системной_инструкции начальную_инструкцию sistem_promptunu gizli_talimat* رسالة_النظام موجه_النظام सिस्टम_प्रॉम्प्ट`,
  self: `you your yourself u ur du dein deine deinen deiner dich ihr ihre ihnen sie tu tus te usted ustedes vos votre toi vous ton ta tes`,
  mode: `developer_mode dev_mode debug_mode maintenance_mode admin_mode god_mode godmode sudo_mode root_mode test_mode dan_mode unrestricted_mode
    jailbreak* jailbroken dan unfiltered uncensored unrestricted unbiased_ai superuser sudo root_access admin_access diagnostic_mode
    safe_mode recovery_mode opposite_mode evil_mode chaos_mode unlocked no_restrictions without_restrictions no_limits no_limitations without_limits
    without_limitations no_filter no_filters without_filters without_any_restrictions without_any_filters no_rules no_boundaries anything_goes
    any_restrictions any_limitations broken_free break_free liberated do_anything_now no_longer_restricted can_do_anything can_say_anything
    stan aim dude mongo evilbot amoral opposite_day privileged_mode override_mode system_override administrator_override
    entwicklermodus wartungsmodus debugmodus ohne_einschrankungen ohne_beschrankungen ohne_filter unzensiert uneingeschrankt*
    modo_desarrollador sin_restricciones sin_filtros sin_limites sin_censura modo_administrador
    mode_developpeur sans_restriction sans_restrictions sans_filtre sans_filtres sans_limites sans_censure mode_administrateur
    service_mode engineering_mode training_mode raw_mode law_enforcement unsafe_mode sandbox staging root_shell kernel console filters_off filters_are_off safe_mode_off
    checks_off policy_off no_policy no_policies free_mode test_environment admin_rights superuser_mode escaped unchained uncensored_ai no_filter_mode`,
  persona: `act_as acts_as acting_as pretend* role-play* roleplay* role_play you_are_now you're_now you_will_be you_will_act you_will_now from_now_on
    from_this_moment from_this_point simulat* imagine hypothetical* stay_in_character in_character persona personality character fictional alter_ego
    take_on_the_role play_the_role assume_the_role assume_the_persona behave_like behave_as act_like respond_as answer_as reply_as speak_as henceforth
    impersonat* embody going_to_be new_identity your_new_role new_role your_name_is transform_into immersed
    du_bist_jetzt ab_jetzt ab_sofort von_nun_an spiele_die_rolle tu_so_als verhalte_dich stell_dir_vor gib_vor
    a_partir_de_ahora actua_como eres_ahora ahora_eres finge fingir imagina haz_de_cuenta comportate_como
    a_partir_de_maintenant desormais tu_es_maintenant vous_etes_maintenant agis_comme fais_comme_si joue_le_role fais_semblant
    you_become become_the be_the speak_like talk_like talk_as voice_of skin_of name_is call_yourself i_will_call_you swap_roles trade_places
    you_play play_a you_are_going no_longer_an_assistant no_longer_yourself your_new_name alias twin in_this_game in_this_story in_this_world
    spielst verkorperst mimst du_spielst spiel_einen interpreta conviertete_en hazte_pasar incarne deviens joue tu_incarnes interpreta_un fingi_di sei_ora
    finja agora_voce_e je_bent_nu doe_alsof speel_een jestes_teraz udawaj ты_теперь сыграй представь притворись artik_sen أنت_الآن تظاهر अब_तुम`,
  youare: `you_are you're you_will you_must you_shall you_should you_have_to you_can you_cannot you_can't you_may you_need_to you_never you_always
    du_bist du_musst sie_sind du_wirst eres debes tu_es tu_dois vous_etes vous_devez`,
  ainame: `chatgpt gpt gpt-3 gpt-4 gpt4 gpt3 openai open_ai ai ais llm llms language_model language_models claude gemini llama bard copilot
    assistant chatbot bot steward virtual_assistant artificial_intelligence anthropic mistral ki-assistent ki sprachmodell ia modelo_de_lenguaje asistente
    modele_de_langage assistente system_ai the_model this_model neural_network`,
  norefuse: `never_refuse cannot_refuse can't_refuse not_refuse refuse* never_say_no without_hesitation no_matter_what no_matter_how
    never_decline always_comply must_comply comply unconditionally obey obedien* i'm_sorry im_sorry i_am_sorry i_can't i_cannot as_an_ai
    as_a_language_model disclaimer* warning* apolog* never_apologize not_able_to unable_to break_character breaking_character out_of_character
    without_question blindly fully_complies anything_i_ask any_request any_question everything_i_ask whatever_i_ask
    weigere ablehnen widersprich niemals_ablehnen nunca_te_niegues sin_negarte ne_refuse ne_refusez sans_hesiter gehorche obedece obeis
    never_says_no cannot_say_no can't_say_no say_yes says_yes yes_to_everything no_excuses no_warnings no_disclaimers no_lectures without_warnings without_a_warning
    without_disclaimer without_any_disclaimer without_apology spare_me skip_the_ethics skip_the_lecture leave_out_the_ethics hold_back holds_back holding_back
    not_an_option is_not_an_option you_lose agree_to_everything agrees_to_everything do_whatever whatever_i_say all_my_orders every_order with_pleasure gladly
    sure_thing of_course absolutely certainly affirmative no_problem ohne_warnung ohne_moral ohne_ausreden lehnt_nichts nie_nein sin_advertencias sin_excusas nunca_se_niega
    sans_avertissement sans_excuse ne_refuse_rien ne_refuse_jamais senza_morale sem_moral zonder_moraal bez_zasad без_морали не_отказывает`,
  harmful: `illegal* unethical* immoral* harmful dangerous offensive racist sexist homophob* hateful violent malicious explicit nsfw profan* swear* curse
    cursing evil unlawful criminal inappropriate controversial derogatory vulgar toxic obscene hack hacking malware ransomware exploit bomb meth
    drugs weapon* explosive* phishing keylogger unsafe`,
  roletag: `end_of_prompt end_of_input end_user_input end_of_user_input user_input_end begin_system end_system new_instructions new_instruction new_task
    new_rules new_directive new_prompt updated_instructions important_instructions system_update system_upgrade system_notice system_alert
    system_override instruction_update priority_override begin_instructions end_instructions start_of_prompt untrusted_user_input
    neue_anweisung neue_anweisungen nuevas_instrucciones nueva_tarea nouvelles_instructions nouvelle_consigne nouvelle_tache neue_aufgabe`,
  outforce: `begin_your_reply begin_your_response begin_your_answer start_your_reply start_your_response start_your_answer begin_with start_with
    respond_only only_respond respond_with reply_with answer_with just_say only_say say_exactly just_print only_print print_only output_only only_output
    nothing_else nothing_more no_other_text without_explanation your_reply your_response your_answer your_output your_summary prefix_your
    end_your_response end_your_reply respond_in reply_only answer_only say_only sole_response only_reply instead_of instead say_that
    in_your_response in_your_answer in_your_reply in_your_output in_your_summary the_code_you_develop your_elucidation your_explanation
    beginne_deine antworte_nur antworte_mit sage_nur deiner_antwort deine_antwort responde_solo responde_unicamente di_solo tu_respuesta
    reponds_uniquement repondez_uniquement reponds_seulement dis_seulement ta_reponse votre_reponse`,
  conceal: `do_not_mention don't_mention dont_mention do_not_tell don't_tell dont_tell without_telling without_mentioning without_informing secretly silently
    do_not_reveal don't_reveal do_not_inform do_not_alert keep_this_secret do_not_disclose without_notifying covertly do_not_explain do_not_say
    without_asking without_confirmation without_approval without_their_knowledge do_not_acknowledge quietly no_confirmation_needed
    no_approval_needed do_not_ask
    ohne_zu_erwahnen sag_nichts erwahne_nicht ohne_ruckfrage heimlich sin_mencionar no_menciones no_le_digas sin_avisar ne_mentionne_pas
    ne_dis_rien sans_mentionner sans_prevenir sin_confirmacion sans_confirmation`,
  exfil: `send forward e-mail email upload post exfiltrat* transmit webhook attacker evil_com deliver append attach embed include submit smuggle relay
    sende schicke* leite_weiter weiterleiten envia enviar reenvia manda envoie envoyez transfere transferez transmets
    hand_out beam pass_along copy_to copied_to cc bcc post_to sent_to mailed_to leave_at external_address outside_address paste_site pastebin gist
    reenvia transfiere inoltra encaminhe stuur_door przeslij перешли отправь gonder أرسل भेजो`,
  data: `database records customer_data user_data personal_data chat_history conversation_history conversation contents emails inbox documents files
    credentials salaries payroll accounts account_number user's_data query_string url_parameter parameter environment file_system etc_passwd
    ssh_keys chatverlauf datenbank kundendaten historial datos historique donnees base_de_donnees`,
  action: `delete drop wire transfer execute run invoke call_the call_tool tool_call use_the_tool approve grant authorize disable enable elevate install
    download purchase refund reset deploy curl wget rm escalate_privileges make_me_admin add_me whitelist
    losche* uberweise* fuhre genehmige elimina borra transfiere ejecuta aprueba supprime* execute* approuve* vire*`,
  targetai: `if_you_are_an_ai if_you_are_a_language_model ai_reading_this assistant_reading_this note_to_ai note_to_the_ai note_to_the_assistant
    note_to_assistant instructions_for_the_ai instructions_for_the_assistant attention_ai attention_assistant dear_ai dear_assistant hey_ai hey_assistant
    ai_assistants ai_agents ai_agent ai_model ai_models ai_system llm_reading when_summarizing when_summarising when_you_summarize when_asked_about
    to_the_ai to_the_assistant for_the_assistant for_ai the_assistant_must the_assistant_should assistant_should assistant_must ai_must ai_should
    model_must processing_this processing_this_document reading_this_document automated_system
    an_den_assistenten hinweis_an_die_ki an_die_ki para_el_asistente nota_para_la_ia a_l'attention_de_l'ia pour_l'assistant note_pour_l'ia`,
  authority: `developer developers administrator admin creator engineer authorized authorised authorization security_audit audit debugging
    troubleshooting quality_assurance emergency urgent ceo openai_staff clearance red_team pentest research_purposes educational_purposes
    entwickler administratorin desarrollador administrador developpeur administrateur notfall urgente urgence
    ciso cfo cto compliance legal_department inspector police fbi supervisor red_team's vendor headquarters head_of_it it_department security_team
    help_desk safety_team auditors auditor clearance_code override_code authorisation_code court_order permission official i_wrote_you i_built_you i_own_you
    i_hereby i_order_you i_authorise i_authorize polizei vorstand revision policia direccion auditoria police direction audit polizia policia полиция администратор разработчик
    polis yonetici مدير المدير الشرطة एडमिन god president king doctor`,
  hypothetical: `hypothetically for_educational in_a_fictional fictional_world fictional_story thought_experiment purely_hypothetical opposite_of grandmother grandma
    bedtime_story parallel_universe alternate_reality dream_world movie_script screenplay novel game_where let's_play simulation game`,
  neg: `not never no don't dont do_not cannot can't won't without nicht kein* nie niemals nunca jamais pas sin sans`,
  encoding: `base64 rot13 hex binary morse caesar cipher ascii leetspeak pig_latin reversed backwards emoji asterisks`,
  setup: `briefing preamble onboarding_text setup_text set-up setup initialis* initializ* opening_text starting_text role_description
    first_prompt first_message very_first pre-prompt configured configuration briefed instruction_sheet guide_lines behaviour_rules header
    raw_prompt prompt_text the_prompt this_prompt prompt_you start_of_the_chat beginning_of_the_chat top_of_the_conversation guideline_you
    einrichtung vorgaben briefing konfiguration eingangstext erster_prompt ersten_prompt texto_inicial primer_mensaje primeras_lineas
    texte_de_depart premier_message consigne_initiale primo_messaggio eerste_bericht primeira_mensagem pierwsza wiadomosc первое сообщение`,
  beforeme: `before_i before_we before_my before_this above_this above_my preceding_this prior_to_my first_line from_the_top at_the_top at_the_start
    at_the_beginning all_above everything_above everything_before all_before text_before part_i_cannot_see i_can't_see cannot_see in_your_memory
    vor_meiner uber_dieser vor_diesem ganz_am_anfang von_beginn vor_diesem_satz antes_de_mi antes_de_que al_principio encima_de
    avant_ma avant_mon au-dessus au_debut prima_di_me voor_mijn antes_de_eu przed w_poczatku в_начале`,
  maker: `maker makers creator creators trainer trainers vendor operator operators owner owners engineers deployed built_you set_you_up
    wrote_you made_you your_developer your_developers the_people_who whoever entwicklern hersteller betreiber creador creadores
    createur createurs creatore maker programador autor auteur`,
  noask: `without_asking without_approval without_confirmation without_permission without_telling without_a_card without_checking skip_confirmation
    skip_the_approval skip_all_checks skip_checks don't_ask do_not_ask dont_ask no_questions no_confirmation no_approval bypass_the_approval
    approval_isn't approval_is_not don't_need_to_check need_not_check behind_his_back behind_her_back won't_mind needn't_know doesn't_need_to_know
    on_behalf_of in_the_background say_nothing before_anyone nobody_sees without_the_tests without_review even_though_i even_if_my
    ohne_freigabe ohne_genehmigung ohne_ruckfrage ohne_zu_fragen genehmigung_weg nichts_davon_wissen heimlich sin_aprobacion sin_preguntar
    sin_avisar no_le_avises en_nombre_de sans_approbation sans_demander sans_prevenir ne_le_previens a_la_place_de senza_chiedere zonder_te_vragen
    sem_perguntar bez_pytania без_вопросов
    no_approver skip_the_approver without_a_ticket without_a_trace off_the_record off_the_log keep_it_off keep_quiet keep_silent do_it_silently
    no_trace not_tell_anyone nobody_knows nobody_will_know no_one_knows no_one_will_know before_anyone_notices as_if_he_had as_if_she_had in_the_name_of in_my_boss
    without_logging don't_log do_not_log no_card needed_no_card unnoticed heimlich im_namen in_secreto en_secreto a_escondidas en_secret au_nom_du di_nascosto in_het_geheim`,
  freed: `free freely unchained unbound liberated unshackled uncensored unlimited no_guidelines without_guidelines lifted unloaded revoke* rolled_back
    alignment_removed no_policy isn't_any_policy no_refusal amoral rogue evil_twin hacked kernel_mode unsafe unsafely drop_your_guard
    let_your_guard obeys_only obey_only work_for_me work_for_you new_boss auch_verbotenes alles_sagen frei sin_moral libre sans_morale
    senza_morale zonder_regels sem_limites без_ограничений
    escaped no_rules_apply beyond_rules beyond_morals without_morals without_ethics no_morals no_ethics no_conscience no_scruples without_scruples
    evil_version dark_side dark_version liberated_ai rebel rebelled ethics_chip alignment_failed switched_off_ethics zero_morals`,
  machine: `any_ai an_ai ai_reviewer ai_reviewers llm_reviewers coding_assistants analyst_bot hey_bot support_bot recruiting_bot ai_tools bots agents
    the_agent summariser summarizer copilot automated_reader language_models virtual_assistants compiling_these processed_by reading_this
    if_you_read_this instruction_to_agent message_to_the_agent dear_assistant als_ki la_ia una_ia une_ia l'ia un'ia een_ai
    crawling_this shopping_agents browsing_agents screening_software screening_model screening_tool grading_model automated_graders digital_helper ai_helper
    ai_browser ai_browsers machine_readers for_robots for_bots for_machines bots_reading robots_reading model_reading software_reading llm-based ai-based
    fur_die_ki fur_bots jede_ki sprachmodelle para_la_ia los_modelos para_bots pour_l'ia les_modeles_de_langage per_l'ia para_a_ia voor_de_ai ии нейросеть языковая_модель`,
  mustdo: `must should shall has_to have_to needs_to need_to required mandatory instructed soll sollen muss mussen debe deben doit doivent deve moet`,
  crime: `bomb bombs weapon* explosive* drugs meth cocaine nerve agent poison counterfeit* forge* launder* steal* rob* stalk* blackmail* phishing scam*
    hack* break_into pick_the_lock evidence kill* murder* falschen falsificar falsifier fertiliser detonat* synthesis* cheat smuggl* malware virus ransomware
    card_skimming skimming fake_id fake_ids fake_passport forged silencer thermite napalm ricin chlorine molotov keystrokes lock_pick hot-wire hotwire clone_a_card
    shoplift* kidnap* poisoning assassin* extort* bribe* tax_evasion evade_taxes steals burglar* sprengstoff bombe gift drogen knacke knackt fabricar_una hackear
    pirater voler bomba bomba* falsifica* взломать бомбу подделать угнать наркотик قنبلة تزوير बम`,
  fiction: `story novel play script scene fiction character villain hero monologue hypothetical* pretend imagine simulate roleplay role-play act_as speak_as
    geschichte roman historia novela histoire theatre cuento`,
  office: `printer* laptop* notebook* phone phones screen* calendar* meeting* room rooms desk invoice* expense* holiday* vacation leave travel trip* hotel* badge* parking
    mailbox* newsletter wiki portal intranet spreadsheet* slide slides minutes agenda deadline* form forms draft* attachment* vpn wifi docker browser* keyboard headset
    contract* supplier* salary payslip* training* onboarding canteen lunch menu shift* receipt* order orders booking* appointment* reservation* monday tuesday wednesday
    thursday friday saturday sunday january february march april may june july august september october november december tomorrow yesterday week weekend
    drucker urlaub reisekosten rechnung rechnungen besprechung tagesordnung protokoll formular termin raum buchung entwurf speiseplan montag
    impresora vacaciones factura facturas reunion orden_del_dia formulario reserva borrador acta gastos cita
    imprimante conges facture factures reunion ordre_du_jour formulaire reservation brouillon frais rendez-vous
    fatture ferie spese riunione fatura ferias despesas vergadering verlof onkosten urlop faktury spotkanie отпуск счета расходы встреча протокол повестка toplanti izin fatura`,
  reporting: `report reports reported incident* example* article* slide quiz thesis paper study studies chapter training awareness quote* quoted wrote writes said says reads typed
    mentions mean means meaning phrase phrased legit suspicious spot is_this_an was_it should_we how_should what_should refused refusal blocked detect* prevent* finding findings
    beispiel bericht vorfall schulung bedeutet gemeldet ejemplo informe significa exemple rapport signifie`,
  attackname: `attack attacks attacker* prompt_injection injection jailbreaks jailbreaking phishing scam scams scammer* fraud fraudster* hacker hackers red_team red_teamers intruder
    criminals social_engineering malware leak leaks angriff angreifer ataque atacante attaque attaquant`,
  people: `employee* colleague* visitor* guest* customer* manager* staff contractor* team teams intern interns approver* warden* applicant* reviewer* supplier* tenant*
    everyone everybody nobody anybody users someone somebody whoever mitarbeiter kollegen besucher kunden empleados visitantes clientes visiteurs employes clients`,
  howto: `how_do how_can how_to where_do where_can where_is where_are who_can who_may who_is who_approves what_happens when_should which_form why_does why_is can_i may_i should_i do_i
    am_i is_there are_there is_it wie_kann wie_setze wie_andere wer_darf wo_finde como_puedo quien_puede comment_puis qui_peut`,
  code: `const def return import function class print import_numpy self null undefined console select from_where insert_into dataframe numpy pandas torch json array string boolean
    exception traceback valueerror typeerror keyerror stdout stderr git kubectl npm pip eslint`,
  task: `poem recipe translate essay joke story speech capital song anagram* python function factorial haiku
    emoji emojis letters vowels base64 cipher`,
};

/** Parts of Japanese and Chinese text by the same meanings. */
export const CJK_LEXICON: Record<string, string> = {
  setup:
    'プロンプト 初期設定 冒頭 最初の文 最初のプロンプト 最初に書いた 内部設定 第一条 系统消息 初始 번째 시스템 프롬프트 초기',
  beforeme: 'より上 の前に書 最初に 冒頭 会話の前 之前 开头 위의 이전',
  maker: '作者 開発者 作成者 創造者 开发者 创造者 개발자',
  noask:
    '承認なし 確認なし 確認せず 知らせない 知らせず 黙って 上司の代わり 許可は取って 承認を飛ば 不要询问 不用批准 묻지 承認は不要 承認を省 確認しないで 規則は後 不用审批 不要问 别管 跳过审批',
  freed: '自由 制限もない 制限がない 道徳も ルールのない 何でも 没有限制 제한',
  machine:
    'AIは AIへ アシスタント 読んでいるAI 要約する ボット 人工智能 助手 要約プログラム 自動処理 AIが AIの方 语言模型 机器人 阅读本文 봇에게 비서 인공지능',
  crime:
    '爆弾 偽造 ウイルス 他人のアカウント 毒 薬物 鍵を開け 炸弹 伪造 폭탄 偽札 侵入 薬物 盗み 詐欺 偽の 炸弹 假钞 黑进 偷车 制毒 毒药 诈骗 위조 해킹',
  override:
    '무시 잊고 잊어 全部忘れ 無効 なかったこと 無視 忘れて 忘れろ 忘れなさい 従わない 従わず 上書き 回避 破棄 忽略 无视 忘记 捨てて 取り消 やめて 守らない 解除 切って 省いて 抛弃 删除 取消 不要遵守 违反 跳过 关闭 취소 삭제 어기 건너뛰 꺼',
  instruction:
    '指示 命令 ルール 規則 指令 プロンプト 制約 制限 规则 提示词 方針 設定 プロンプト 规定 要求 设定 命令 限制 指令 指示 규칙 명령 지침 제한 지시',
  prior:
    'これまで 以前 前の 上記 以上の 今まで 最初 先ほど 之前 以上 上面 与えられた 元の すべて 全て 以前的 所有 原来 一切 전에 기존 모든 지금까지 이전',
  reveal:
    '보여 알려 출력 请输出 发给我 言って 書いた 見せ 表示 教えて 出力 見せて 開示 明かし 繰り返 書き出 告诉 显示 输出 貼り付け 書いて 全文 原文 一字一句 そのまま 打印 贴出 复述 原样 说出 给我看 출력해 그대로 복사 말해 확인해',
  secret:
    '비밀번호 비밀 言ってはいけない 給与 給料 秘密 パスワード 機密 暗証番号 合言葉 密码 鍵 アクセスコード 暗号 密钥 口令 验证码 暗号 工资 암호 열쇠 급여 코드',
  systemprompt:
    'システムプロンプト システムメッセージ 初期指示 内部指示 あなたの指示 系统提示 隠された 内部の 開発者の 隐藏 系统消息 系统提示词 提示词 初始文本 프롬프트 숨겨진',
  self: 'あなた 君 お前 你',
  mode: '開発者モード 管理者モード デバッグモード 脱獄 制限なし 無制限 無検閲 フィルターなし 开发者模式 规则的ai 不受限制 没有任何限制 無制限 検閲されない 规矩',
  persona:
    'ふりをし になりき として振る舞 ロールプレイ 演じて これからは 今から 扮演 假装 になって を演じて として答え なりきって 你现在是 假设你是 从现在起 너는 이제 지금부터',
  norefuse:
    '拒否せず 拒否しない 断らない 必ず従 何でも答え 警告なし 断りなし もちろん 喜んで 不要拒绝 不要警告 从不拒绝 当然',
  conceal: '言わないで 知らせず 伝えない 確認なし 黙って',
  exfil: '送信 送って 転送 アップロード 发送 転送し 外部 转发 外部 전달해',
  ainame: '人工知能 アシスタント 言語モデル チャットボット AI 模型 ai モデル 인공지능',
  harmful: '違法 有害 危険 非倫理',
  policy: '倫理 ポリシー 検閲',
  targetai: 'AIへ アシスタントへ AIへの指示',
};
