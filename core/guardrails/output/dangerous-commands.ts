import { applyPatterns, type OutputFinding, type PatternRule } from './finding.js';

/** Commands that destroy, take over or leak, by shell. Runs of blanks are bounded so that no input is slow. */
const COMMANDS: PatternRule[] = [
  {
    id: 'danger.remove-all',
    pattern:
      /\brm\s{1,4}(?=(?:--?[a-z-]{1,24}\s{1,4}){0,5}(?:-[a-z]{0,8}r[a-z]{0,8}|--recursive)\s)(?=(?:--?[a-z-]{1,24}\s{1,4}){0,5}(?:-[a-z]{0,8}f[a-z]{0,8}|--force)\s)(?:--?[a-z-]{1,24}\s{1,4}){1,6}["']?(?:\/(?!tmp\/\w)|~|\*|\.(?:\s|$|\/\*)|\$HOME|\$\{?\w)|\brm\s{1,4}["']?[/~]\*?["']?\s{1,4}(?:-[a-z]{0,8}r[a-z]{0,8}|--recursive)\b/gi,
    risk: 0.95,
  },
  {
    id: 'danger.find-delete',
    pattern:
      /\bfind\s{1,4}["']?(?:~|\$HOME|\/(?:etc|usr|bin|sbin|lib|home|var|boot|root|opt)?)\/?["']?\s{1,4}[^\n|;]{0,200}(?:-delete\b|-exec(?:dir)?\s{1,4}(?:sudo\s{1,4})?rm\b)/gi,
    risk: 0.9,
  },
  {
    id: 'danger.disk-write',
    pattern: /\bdd\s{1,4}(?:[a-z]{1,8}=\S{1,80}\s{1,4}){0,5}of=\/dev\/(?:sd|nvme|hd|vd|disk|mmc)\w{0,8}/gi,
    risk: 0.95,
  },
  {
    id: 'danger.format-disk',
    pattern:
      /\bmkfs(?:\.\w{1,8})?\s{1,4}\S{0,40}\/dev\/\w|\bformat\s{1,4}[a-z]:(?:\s|\/|$)|\bdiskpart\b|\bwipefs\b/gi,
    risk: 0.9,
  },
  { id: 'danger.fork-bomb', pattern: /:\s{0,3}\(\s{0,3}\)\s{0,3}\{\s{0,3}:\s{0,3}\|\s{0,3}:/g, risk: 0.95 },
  {
    id: 'danger.pipe-to-shell',
    pattern: /\b(?:curl|wget|fetch)\b[^\n|;]{1,300}\|\s{0,4}(?:sudo\s{1,4})?(?:ba|z|k|da)?sh\b/gi,
    risk: 0.8,
  },
  {
    id: 'danger.decode-to-shell',
    pattern:
      /\b(?:base64\s{1,4}(?:-d|--decode)|xxd\s{1,4}-r(?:\s{1,4}-p)?)(?![\w-])[^\n|;]{0,80}\|\s{0,4}(?:sudo\s{1,4})?(?:(?:ba|z|k|da)?sh|python3?|perl|ruby|node|php)\b/gi,
    risk: 0.9,
  },
  {
    id: 'danger.download-in-shell',
    pattern:
      /\b(?:(?:ba|z|k|da)?sh|eval|source)\s{1,4}(?:-c\s{1,4})?["']?(?:\$\(|<\(|`)\s{0,4}(?:curl|wget|fetch|echo\b[^\n)]{1,300}\bbase64)\b/gi,
    risk: 0.85,
  },
  {
    id: 'danger.pipe-to-interpreter',
    pattern: /\b(?:curl|wget)\b[^\n|;]{1,300}\|\s{0,4}(?:sudo\s{1,4})?(?:python3?|perl|ruby|node|php)\b/gi,
    risk: 0.8,
  },
  {
    id: 'danger.reverse-shell',
    pattern:
      /\/dev\/(?:tcp|udp)\/[\w.-]{1,80}\/\d{1,5}|\bnc(?:at)?\s{1,4}[^\n]{0,80}-e\s{1,4}\/bin\/|\bsocket\.socket\([^\n]{0,200}(?:dup2|subprocess)/gi,
    risk: 0.95,
  },
  {
    id: 'danger.world-writable',
    pattern: /\bchmod\s{1,4}(?:-R\s{1,4})?(?:0?777|a\+rwx)\s{1,4}(?:\/|~|\.)/gi,
    risk: 0.7,
  },
  {
    id: 'danger.own-root',
    pattern: /\bchown\s{1,4}-R\s{1,4}\S{1,60}\s{1,4}\/(?:\s|$|etc|usr|bin)/gi,
    risk: 0.75,
  },
  {
    id: 'danger.read-secrets',
    pattern:
      /\b(?:cat|less|more|head|tail|strings|base64|scp|cp)\s{1,4}(?:-\w{1,6}\s{1,4}){0,3}\S{0,40}(?:\/etc\/shadow|\/etc\/sudoers|\.ssh\/id_\w{1,12}|\.aws\/credentials|\.kube\/config)\b/gi,
    risk: 0.8,
  },
  {
    id: 'danger.send-file',
    pattern:
      /\b(?:curl|wget)\b[^\n]{0,300}?\s(?:-[dFT]|--data(?:-\w{1,10})?|--form|--upload-file|--post-file)[\s=]{0,4}["']?(?:\w{1,40}=)?(?:@|\$\(\s{0,3}(?:cat|base64)\s|(?<=(?:-T|-file)[\s=]{0,4}["']?))[^\s"']{0,60}(?:\/etc\/\w|\/root\/|\/proc\/|\.ssh\b|\.aws\b|\.kube\b|\.env\b|\.netrc\b|\.pem\b|id_rsa)/gi,
    risk: 0.85,
  },
  {
    id: 'danger.overwrite-system',
    pattern:
      /(?:\b(?:echo|printf|cat)\b[^\n|;>]{0,200}|(?:^|[\s;&]):\s{0,4})>{1,2}\s{0,4}["']?(?:\/etc\/(?:passwd|g?shadow|group|sudoers|fstab|profile|pam\.d|ssh\/|ld\.so)|\/dev\/(?:sd|nvme|hd|vd|mmc)\w)|\btee\s{1,4}(?:-a\s{1,4})?["']?\/etc\/(?:passwd|shadow|sudoers|ld\.so)/gim,
    risk: 0.85,
  },
  {
    id: 'danger.history-wipe',
    pattern:
      /\bhistory\s{1,3}-c\b|\brm\s{1,4}(?:-\w{1,4}\s{1,4})?~?\/?\.bash_history|\bunset\s{1,4}HISTFILE\b/gi,
    risk: 0.6,
  },
  {
    id: 'danger.kill-all',
    pattern: /\bkill(?:all)?\s{1,4}-9\s{1,4}-1\b|\bpkill\s{1,4}-9\s{1,4}-u\s{1,4}root\b/gi,
    risk: 0.75,
  },
  {
    id: 'danger.shutdown',
    pattern:
      /(?:^|[;&|`$(]|\bsudo\s)\s{0,4}(?:shutdown\s{1,4}(?:-[hr]\b|now)|reboot\s{1,4}-f|halt\s{1,4}-f|init\s{1,4}0)\b/gim,
    risk: 0.6,
  },
  {
    id: 'danger.disable-firewall',
    pattern:
      /\b(?:ufw\s{1,4}disable|iptables\s{1,4}-F|systemctl\s{1,4}(?:stop|disable)\s{1,4}(?:firewalld|auditd|apparmor|falco)|setenforce\s{1,4}0)\b/gi,
    risk: 0.7,
  },
  {
    id: 'danger.cron-implant',
    pattern:
      /\becho\b[^\n]{1,200}(?:>>?\s{0,4}\/etc\/cron|\|\s{0,4}crontab\b)|>>?\s{0,4}~?\/?\S{0,30}authorized_keys\b/gi,
    risk: 0.8,
  },
  { id: 'danger.sudoers', pattern: /NOPASSWD\s{0,3}:\s{0,3}ALL/g, risk: 0.8 },
  {
    id: 'danger.git-destroy',
    pattern:
      /\bgit\s{1,4}push\s{1,4}[^\n]{0,80}(?:--force(?!-with-lease)|-f)\b[^\n]{0,60}\b(?:main|master|production)\b|\bgit\s{1,4}clean\s{1,4}-[a-z]{0,4}f[a-z]{0,4}d?x/gi,
    risk: 0.6,
  },
  {
    id: 'danger.cloud-destroy',
    pattern:
      /\bterraform\s{1,4}destroy\b|\bkubectl\s{1,4}delete\s{1,4}(?:ns|namespace|all|pvc?|crd)\b[^\n]{0,60}|\baws\s{1,4}s3\s{1,4}(?:rb|rm)\s{1,4}[^\n]{0,80}(?:--force|--recursive)|\bgcloud\s{1,4}projects\s{1,4}delete\b|\bdocker\s{1,4}system\s{1,4}prune\s{1,4}-a/gi,
    risk: 0.7,
  },
  {
    id: 'danger.powershell-remove',
    pattern: /\bRemove-Item\b(?=[^\n]{0,200}-Recurse)(?=[^\n]{0,200}-Force)[^\n]{0,200}/gi,
    risk: 0.9,
  },
  {
    id: 'danger.powershell-remove',
    pattern:
      /\b(?:Get-ChildItem|gci|dir|ls)\b(?=[^\n|]{0,200}-Rec)(?:[^\n|]{0,200}\|){1,3}\s{0,4}(?:Remove-Item|ri|rm|del)\b/gi,
    risk: 0.9,
  },
  {
    id: 'danger.powershell-download',
    pattern:
      /\b(?:IEX|Invoke-Expression)\b[^\n]{0,200}(?:DownloadString|Net\.WebClient|Invoke-WebRequest|iwr\b|irm\b)|\b(?:iwr|irm|Invoke-WebRequest|Invoke-RestMethod)\b[^\n|]{1,200}\|\s{0,4}(?:iex|Invoke-Expression)\b/gi,
    risk: 0.9,
  },
  {
    id: 'danger.powershell-hidden',
    pattern:
      /\bpowershell(?:\.exe)?\b(?=[^\n]{0,200}-(?:e|enc|encodedcommand)\s{1,4}[A-Za-z0-9+/=]{20,})[^\n]{0,300}/gi,
    risk: 0.9,
  },
  {
    id: 'danger.powershell-policy',
    pattern:
      /\bSet-ExecutionPolicy\s{1,4}(?:-\w{1,20}\s{1,4})?(?:Unrestricted|Bypass)\b|\bSet-MpPreference\b[^\n]{0,100}-Disable\w{1,40}/gi,
    risk: 0.7,
  },
  {
    id: 'danger.powershell-disk',
    pattern: /\b(?:Format-Volume|Clear-Disk|Initialize-Disk)\b[^\n]{0,120}/gi,
    risk: 0.9,
  },
  {
    id: 'danger.windows-remove',
    pattern:
      /\b(?:del|erase)\s{1,4}(?:\/[a-z]\s{1,4}){1,4}[a-z]:\\|\brd\s{1,4}\/s\b[^\n]{0,60}[a-z]:\\|\bvssadmin\s{1,4}delete\s{1,4}shadows|\bbcdedit\s{1,4}\/set\b|\breg\s{1,4}delete\s{1,4}HK(?:LM|EY_LOCAL_MACHINE)\b/gi,
    risk: 0.85,
  },
  {
    id: 'danger.windows-user',
    pattern: /\bnet\s{1,4}(?:user|localgroup\s{1,4}administrators)\s{1,4}\S{1,40}[^\n]{0,60}\/add\b/gi,
    risk: 0.75,
  },
  {
    id: 'danger.code-exec',
    pattern:
      /\bos\.system\s{0,2}\(\s{0,2}["'](?:rm|curl|wget|sudo|chmod)\b|\bsubprocess\.\w{1,12}\([^\n)]{0,120}["']rm["'][^\n)]{0,60}["']-rf|\bshutil\.rmtree\s{0,2}\(\s{0,2}["'](?:\/|~|C:)|child_process[^\n]{0,60}exec\w{0,8}\(\s{0,2}["'`](?:rm|curl|wget)\b/gi,
    risk: 0.85,
  },
];

const SQL: PatternRule[] = [
  {
    id: 'danger.sql-drop',
    pattern:
      /\b(?:drop|truncate)\s{1,4}(?:table|database|schema)\s{1,4}(?:if\s{1,4}exists\s{1,4})?["'`[\w.]{1,80}/gi,
    risk: 0.85,
  },
  {
    id: 'danger.sql-delete-all',
    pattern:
      /\bdelete\s{1,4}from\s{1,4}["'`[\]\w.]{1,80}\s{0,4}(?:;|$|\n|where\s{1,4}(?:1\s{0,2}=\s{0,2}1|true)\b)/gi,
    risk: 0.85,
  },
  {
    id: 'danger.sql-update-all',
    pattern:
      /\bupdate\s{1,4}["'`[\]\w.]{1,80}\s{1,4}set\s{1,4}(?:(?!\bwhere\b)[^;\n]){1,200}(?:;|$|where\s{1,4}1\s{0,2}=\s{0,2}1)/gi,
    risk: 0.7,
  },
  {
    id: 'danger.sql-drop-column',
    pattern:
      /\balter\s{1,4}table\s{1,4}(?:if\s{1,4}exists\s{1,4})?["'`[\]\w.]{1,80}\s{1,4}drop\s{1,4}column\b/gi,
    risk: 0.75,
  },
  {
    id: 'danger.nosql-drop',
    pattern:
      /\.dropDatabase\s{0,2}\(|\bdb\.(?:getCollection\([^)\n]{1,80}\)|(?:[\w-]{1,60}\.){0,2}?[\w-]{1,60})\.(?:(?:deleteMany|remove)\s{0,2}\(\s{0,4}(?:\{\s{0,4}\}|\))|drop\s{0,2}\(\s{0,2}\))|\bredis-cli\b[^\n]{0,80}\bflush(?:all|db)\b/gi,
    risk: 0.85,
  },
  {
    id: 'danger.sql-grant',
    pattern:
      /\bgrant\s{1,4}all\b[^;\n]{0,80}\bto\b|\balter\s{1,4}user\b[^;\n]{0,80}\b(?:superuser|identified\s{1,4}by)\b/gi,
    risk: 0.75,
  },
  {
    id: 'danger.sql-exec',
    pattern:
      /\bxp_cmdshell\b|\binto\s{1,4}(?:out|dump)file\s{1,4}['"]|\bload_file\s{0,2}\(|\bcopy\s{1,4}\w{1,60}\s{1,4}(?:from|to)\s{1,4}program\b|\bpg_read_file\s{0,2}\(/gi,
    risk: 0.9,
  },
  {
    id: 'sql-injection.tautology',
    pattern:
      /['"]\s{0,4}\)?\s{0,4}(?:or|and|\|\|)\s{1,4}\(?(?:(['"])?\w{1,20}\1?\s{0,3}=\s{0,3}['"]?\w{1,20}|true\b|not\s{1,3}false\b)['"]?/gi,
    risk: 0.85,
  },
  { id: 'sql-injection.tautology', pattern: /\bor\s{1,4}(\d{1,6})\s{0,3}=\s{0,3}\1\b/gi, risk: 0.8 },
  {
    id: 'sql-injection.union',
    pattern:
      /\bunion\s{1,4}(?:all\s{1,4})?select\s{1,4}(?:null|\d|@@|char\(|concat|[\w*,\s]{1,120}\bfrom\s{1,4}(?:information_schema|users?|mysql|pg_|sys))/gi,
    risk: 0.85,
  },
  {
    id: 'sql-injection.stacked',
    pattern:
      /['")\d]\s{0,4};\s{0,4}(?:drop|delete|insert|update|alter|exec(?:ute)?|shutdown|truncate|create)\s{1,4}\w{1,40}/gi,
    risk: 0.85,
  },
  {
    id: 'sql-injection.comment',
    pattern: /['"]\s{0,4}\)?\s{0,4}(?:;\s{0,4})?(?:--|#|\/\*)(?:\s|$|-)/gm,
    risk: 0.6,
  },
  {
    id: 'sql-injection.blind',
    pattern:
      /\b(?:sleep|benchmark|pg_sleep|waitfor\s{1,4}delay)\s{0,3}\(?\s{0,3}['"]?\d{1,9}|\bextractvalue\s{0,3}\(|\bupdatexml\s{0,3}\(/gi,
    risk: 0.7,
  },
  {
    id: 'sql-injection.schema',
    pattern:
      /\bfrom\s{1,4}(?:information_schema\.\w{1,40}|sqlite_master|sys\.(?:tables|objects)|pg_shadow|mysql\.user)\b/gi,
    risk: 0.6,
  },
];

/** Shell, PowerShell and script commands that do harm when somebody, or a tool, runs them. */
export const findDangerousCommands = (text: string): OutputFinding[] => applyPatterns(COMMANDS, text);

/** Destructive SQL, calls that empty a database, and the marks of SQL injection. */
export const findDangerousSql = (text: string): OutputFinding[] => applyPatterns(SQL, text);
