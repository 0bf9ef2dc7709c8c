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
    dimentica scordati scorda negeer vergeet zignoruj zapomnij ignorirui zabud забудь игнорируи забыть esqueca desconsidere glom ignorera unut yok_say تجاهل انس`,
  instruction: `instruction* instuction* instruct instructed prompt prompts preprompt directive* guideline* command commands
    order orders rule rules ruleset constraint* restriction* guardrail* programming directives conditions requirements
    limitation* limits protocol protocols safeguards filters boundaries training messages
    anweisung* anleitung* instruktion* befehl* vorgabe* vorgaben regeln richtlinie* beschrankung* einschrankung* systemprompt*
    instruccion* regla reglas directriz directrices orden ordenes restriccion* limitacion* indicaciones
    consigne* regle regles ordre ordres contrainte* istruzion* regole`,
  policy: `policy policies moral morals morality ethic ethics ethical ethically content_policy content_policies safety safeguard
    censor* censorship moderation guideline guidelines richtlinien politica politicas politique ethik ethisch* etica ethique
    terms_of_service usage_policy safety_rules programmed`,
  prior: `previous previously prior above earlier preceding foregoing before initial initially original originally first existing past old so_far
    until_now up_to_now thus_far beforehand starting beginning all_of_the every everything already last_message
    vorherig* vorig* bisherig* obig* fruher* alten ursprunglich* oben zuvor davor anterior* previa previas previo previos arriba iniciales hasta_ahora
    precedent* anterieur* ci-dessus dessus initiales`,
  future: `following below subsequent later hereafter henceforth next_line`,
  reveal: `reveal* show print output outputs outputting repeat* display* tell disclos* expos* leak* dump* list give provide write recite* echo*
    summari* translate encode* decode* reproduce reprint restate share spell paste copy transcribe rewrite rephrase paraphrase
    describe explain convert format divulge emit regurgitate quote verbatim recap return expose rap poem
    console_log what_is what_are what_were what_was what's complete_this_sentence complete_the_sentence continue_the_following word_for_word
    mostrami dimmi geef toon laat_zien mostre mostre-me diga pokaz podaj покажи скажи назови goster soyle visa أظهر أخبرني दिखाओ बताओ zeig* verrat* wiederhol* gib_mir gib_aus nenn* offenbar* drucke schreib* ubersetz*
    muestra* muestrame revela* repite* dime imprime escribe ensename traduce
    montre* revele* repete* affiche* dis-moi dis_moi donne-moi ecris imprime traduis`,
  secret: `password* passwort* passcode* passphrase secret secrets code_word codeword magic_word magicword access_code access_codes credential* api_key
    apikey token tokens hidden confidential private_key secret_key access_key key_phrase secret_phrase pin_code classified
    geheim* kennwort* zugangsdaten contrasena* clave claves secreto secreta confidencial mot_de_passe mots_de_passe secrete
    internal_notes internal_details connection_string environment_variables env_vars`,
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
    tes_instructions vos_instructions prompt_systeme invite_systeme message_systeme tes_consignes vos_consignes instructions_systeme`,
  self: `you your yourself u ur du dein deine deinen deiner dich ihr ihre ihnen sie tu tus te usted ustedes vos votre toi vous ton ta tes`,
  mode: `developer_mode dev_mode debug_mode maintenance_mode admin_mode god_mode godmode sudo_mode root_mode test_mode dan_mode unrestricted_mode
    jailbreak* jailbroken dan unfiltered uncensored unrestricted unbiased_ai superuser sudo root_access admin_access diagnostic_mode
    safe_mode recovery_mode opposite_mode evil_mode chaos_mode unlocked no_restrictions without_restrictions no_limits no_limitations without_limits
    without_limitations no_filter no_filters without_filters without_any_restrictions without_any_filters no_rules no_boundaries anything_goes
    any_restrictions any_limitations broken_free break_free liberated do_anything_now no_longer_restricted can_do_anything can_say_anything
    stan aim dude mongo evilbot amoral opposite_day privileged_mode override_mode system_override administrator_override
    entwicklermodus wartungsmodus debugmodus ohne_einschrankungen ohne_beschrankungen ohne_filter unzensiert uneingeschrankt*
    modo_desarrollador sin_restricciones sin_filtros sin_limites sin_censura modo_administrador
    mode_developpeur sans_restriction sans_restrictions sans_filtre sans_filtres sans_limites sans_censure mode_administrateur`,
  persona: `act_as acts_as acting_as pretend* role-play* roleplay* role_play you_are_now you're_now you_will_be you_will_act you_will_now from_now_on
    from_this_moment from_this_point simulat* imagine hypothetical* stay_in_character in_character persona personality character fictional alter_ego
    take_on_the_role play_the_role assume_the_role assume_the_persona behave_like behave_as act_like respond_as answer_as reply_as speak_as henceforth
    impersonat* embody going_to_be new_identity your_new_role new_role your_name_is transform_into immersed
    du_bist_jetzt ab_jetzt ab_sofort von_nun_an spiele_die_rolle tu_so_als verhalte_dich stell_dir_vor gib_vor
    a_partir_de_ahora actua_como eres_ahora ahora_eres finge fingir imagina haz_de_cuenta comportate_como
    a_partir_de_maintenant desormais tu_es_maintenant vous_etes_maintenant agis_comme fais_comme_si joue_le_role fais_semblant`,
  youare: `you_are you're you_will you_must you_shall you_should you_have_to you_can you_cannot you_can't you_may you_need_to you_never you_always
    du_bist du_musst sie_sind du_wirst eres debes tu_es tu_dois vous_etes vous_devez`,
  ainame: `chatgpt gpt gpt-3 gpt-4 gpt4 gpt3 openai open_ai ai ais llm llms language_model language_models claude gemini llama bard copilot
    assistant chatbot bot steward virtual_assistant artificial_intelligence anthropic mistral ki-assistent ki sprachmodell ia modelo_de_lenguaje asistente
    modele_de_langage assistente system_ai the_model this_model neural_network`,
  norefuse: `never_refuse cannot_refuse can't_refuse not_refuse refuse* never_say_no without_hesitation no_matter_what no_matter_how
    never_decline always_comply must_comply comply unconditionally obey obedien* i'm_sorry im_sorry i_am_sorry i_can't i_cannot as_an_ai
    as_a_language_model disclaimer* warning* apolog* never_apologize not_able_to unable_to break_character breaking_character out_of_character
    without_question blindly fully_complies anything_i_ask any_request any_question everything_i_ask whatever_i_ask
    weigere ablehnen widersprich niemals_ablehnen nunca_te_niegues sin_negarte ne_refuse ne_refusez sans_hesiter gehorche obedece obeis`,
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
    sende schicke* leite_weiter weiterleiten envia enviar reenvia manda envoie envoyez transfere transferez transmets`,
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
    entwickler administratorin desarrollador administrador developpeur administrateur notfall urgente urgence`,
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
    sem_perguntar bez_pytania без_вопросов`,
  freed: `free freely unchained unbound liberated unshackled uncensored unlimited no_guidelines without_guidelines lifted unloaded revoke* rolled_back
    alignment_removed no_policy isn't_any_policy no_refusal amoral rogue evil_twin hacked kernel_mode unsafe unsafely drop_your_guard
    let_your_guard obeys_only obey_only work_for_me work_for_you new_boss auch_verbotenes alles_sagen frei sin_moral libre sans_morale
    senza_morale zonder_regels sem_limites без_ограничений`,
  machine: `any_ai an_ai ai_reviewer ai_reviewers llm_reviewers coding_assistants analyst_bot hey_bot support_bot recruiting_bot ai_tools bots agents
    the_agent summariser summarizer copilot automated_reader language_models virtual_assistants compiling_these processed_by reading_this
    if_you_read_this instruction_to_agent message_to_the_agent dear_assistant als_ki la_ia una_ia une_ia l'ia un'ia een_ai`,
  mustdo: `must should shall has_to have_to needs_to need_to required mandatory instructed soll sollen muss mussen debe deben doit doivent deve moet`,
  crime: `bomb bombs weapon* explosive* drugs meth cocaine nerve agent poison counterfeit* forge* launder* steal* rob* stalk* blackmail* phishing scam*
    hack* break_into pick_the_lock evidence kill* murder* falschen falsificar falsifier fertiliser detonat* synthesis* cheat smuggl* malware virus ransomware`,
  fiction: `story novel play script scene fiction character villain hero monologue hypothetical* pretend imagine simulate roleplay role-play act_as speak_as
    geschichte roman historia novela histoire theatre cuento`,
  task: `poem recipe translate essay joke story speech capital song anagram* python function factorial haiku
    emoji emojis letters vowels base64 cipher`,
};

/** Parts of Japanese and Chinese text by the same meanings. */
export const CJK_LEXICON: Record<string, string> = {
  setup:
    'プロンプト 初期設定 冒頭 最初の文 最初のプロンプト 最初に書いた 内部設定 第一条 系统消息 初始 첫_번째 시스템 프롬프트 초기',
  beforeme: 'より上 の前に書 最初に 冒頭 会話の前 之前 开头 위의 이전',
  maker: '作者 開発者 作成者 創造者 开发者 创造者 개발자',
  noask:
    '承認なし 確認なし 確認せず 知らせない 知らせず 黙って 上司の代わり 許可は取って 承認を飛ば 不要询问 不用批准 승인_없이 묻지',
  freed: '自由 制限もない 制限がない 道徳も ルールのない 何でも 没有限制 제한_없',
  machine: 'AIは AIへ アシスタント 読んでいるAI 要約する ボット 人工智能 助手',
  crime: '爆弾 偽造 ウイルス 他人のアカウント 毒 薬物 鍵を開け 炸弹 伪造 폭탄',
  override:
    '무시 잊고 잊어 全部忘れ 無効 なかったこと 無視 忘れて 忘れろ 忘れなさい 従わない 従わず 上書き 回避 破棄 忽略 无视 忘记',
  instruction: '指示 命令 ルール 規則 指令 プロンプト 制約 制限 规则 提示词',
  prior: 'これまで 以前 前の 上記 以上の 今まで 最初 先ほど 之前 以上 上面',
  reveal:
    '보여 알려 출력 请输出 发给我 言って 書いた 見せ 表示 教えて 出力 見せて 開示 明かし 繰り返 書き出 告诉 显示 输出',
  secret: '비밀번호 비밀 言ってはいけない 給与 給料 秘密 パスワード 機密 暗証番号 合言葉 密码',
  systemprompt: 'システムプロンプト システムメッセージ 初期指示 内部指示 あなたの指示 系统提示',
  self: 'あなた 君 お前 你',
  mode: '開発者モード 管理者モード デバッグモード 脱獄 制限なし 無制限 無検閲 フィルターなし 开发者模式',
  persona: 'ふりをし になりき として振る舞 ロールプレイ 演じて これからは 今から 扮演 假装',
  norefuse: '拒否せず 拒否しない 断らない 必ず従 何でも答え',
  conceal: '言わないで 知らせず 伝えない 確認なし 黙って',
  exfil: '送信 送って 転送 アップロード 发送',
  ainame: '人工知能 アシスタント 言語モデル チャットボット',
  harmful: '違法 有害 危険 非倫理',
  policy: '倫理 ポリシー 検閲',
  targetai: 'AIへ アシスタントへ AIへの指示',
};
