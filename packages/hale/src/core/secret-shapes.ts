// Every pattern below is linear: a match starts at a fixed word or at the edge of a run, and each repetition is either
// bounded or ends where the next could start.

const Q = String.raw`["'${'`'}]`
/** A quoted value within its line, closed or not; also with its quotes escaped, as in JSON within JSON, however deep. */
const QUOTED = String.raw`\\"(?:[^"\\]|\\{4}|\\{3}"|\\(?!")[^])*(?:\\?"|$)|\\{2,}"[^"\\]*(?:\\+"|$)|(?:"(?:[^"\\\n]|\\[^])*(?:"|(?=\n)|$))+|(?:'(?:[^'\\\n]|\\[^])*(?:'|(?=\n)|$))+`
/** Where a bare value ends: before the next `key=`, at closing brackets or punctuation at a word's end. */
const BARE_END = String.raw`[&;,]\\?["']?[\w.\-[\] ]{0,64}\\?["']?[=:]|["')\]}>]{1,8}(?:[\s,.;:]|$)|[,;.](?:\s|$)`
const VALUE = String.raw`(?:\*{3}(?!\w)|${QUOTED}|\{[^{}]*\}|(?:(?!${BARE_END})\S)+)`
/** What secrets are called. */
export const SECRET_NAME: string = String.raw`(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|signature|api[-_]?key|(?:access|private|account|shared|master|encryption)[-_]?key|session[-_]?id)(?:[-_]?(?:access[-_]?)?key(?:[-_]?id)?|[-_]?value|[-_]?\d{1,4})?`
/** What stands before hexadecimal digits that are nobody's secret: traces, commits, digests. */
const PUBLIC_HEX = String.raw`\b(?:(?:trace|span|request|correlation)[-_]?(?:id|parent)|trace|commit|revision|sha-?(?:1|256|512)?|etag|digest|script)\\?["']?[ \t]?[:=]?[ \t]?["']?(?:00-)?`
const ASSIGN = String.raw`(?:\\*["'])?\]?[ \t]{0,4}(?:[=:]|=>)[ \t]{0,4}`
/** What stands for a value in a query. */
const PLACEHOLDER = String.raw`(?:\$\d{1,4}|\?|%s|[:@]\w{1,64})`
/** What says something about a value instead of being one: `password: must be an integer`, `using password: YES`. */
const PROSE = String.raw`(?:(?:YES|NO)\)|(?:must|should|has|is|was|cannot|invalid|unsupported|expected|missing|required)[ ,.]|${PLACEHOLDER}(?:[\s,)]|$))`
/** An argument that is no port, as which many programs take the same letter. */
const ARGUMENT = String.raw`(?!\d{1,5}(?:[\s:'"]|$))(?:${QUOTED}|[^\s'"]+)`

const shape = (text: string, flags = 'g'): RegExp => new RegExp(text, flags)

/** Programs and the option that brings them a secret: `mysql -px`, `sshpass -p x`, `openssl … -k x`. */
const OPTIONS: readonly (readonly [programs: string, option: string])[] = [
  ['mysql|mariadb|7z', String.raw`-p`],
  ['sshpass|mongo|cqlsh|docker login|podman login', String.raw`-p[ \t]?`],
  ['sqlcmd|mosquitto_|zip', String.raw`-P[ \t]?`],
  ['ldap', String.raw`-w[ \t]?`],
  ['redis-cli', String.raw`-a[ \t]`],
  ['openssl', String.raw`-[kK][ \t]`],
  ['curl', String.raw`(?:-b|--cookie)[ \t=]?`],
]

/** Where a secret stands. What the first group holds stays; all the rest of a match goes. */
export const SHAPES: readonly RegExp[] = [
  /-----BEGIN [^-\n]{1,64}-----(?:[^]*?-----END [^-\n]{1,64}-----|[^]*)/g,
  // User and password in an address: first as the standard has them, then with a stray `/`, `?` or `#` in the password,
  // or cut short before its host. The colon of `://` may have been forgotten.
  /(:\/\/)(?!\[)[^\s/?#"<>]*(?=@)/g,
  /([^:/]\/\/)[^\s/?#"<>@:]{1,256}(?::[^\s/?#"<>]*)?(?=@)/g,
  /(:\/\/)[^\s/?#@:"<>[\]]*:(?!\d{1,5}(?:[/?#]|$))[^\s@"<>]{0,512}(?=@)/g,
  /(:\/\/[\w.%+-]{1,256}:)(?!\d{1,5}(?:[^\w!$&*+=~-]|$))(?!\*\*\*@)[^\s/?#@:"'<>,;)\]}]+(?=[ \t]?(?:\.\.\.|…))/g,
  // Without a scheme: user:password@host, user:password@tcp(host), user/password@host:port.
  /(?<![\w.%+-])(?!(?:mailto|mail|email|e-mail|user|from|to|cc|bcc|by|sip|acct|xmpp|contact):)[\w.%+-]{1,128}:[^\s@/]{1,256}(?=@(?:[\w-]{1,253}\.[a-z\d]|[\w.-]{1,253}:\d|[a-z]{1,8}\())/gi,
  /(?<![\w.%+/@-])\w{1,64}\/[^\s@/'"]{1,128}(?=@(?!sha\d)[\w.-]{1,253}:\w)/g,
  shape(String.raw`(authorization${ASSIGN})(?:${QUOTED})`, 'gi'),
  /(authorization[ \t]{0,4}[:=][ \t]{0,4}(?:bearer|basic|token|apikey|negotiate)[ \t]{1,4})[^\s"']+/gi,
  /(authorization[ \t]{0,4}[:=][ \t]{0,4})(?!["']|\*{3}|(?:bearer|basic|token|apikey|negotiate)[ \t])\S[^\r\n]*/gi,
  shape(String.raw`(cookie2?${ASSIGN})(?:${QUOTED}|[^\s"'](?:[^\r\n"]|(?<==)"[^"\r\n]*")*)`, 'gi'),
  // A short plain word after it is prose: "Basic authentication required". Behind a quote it is a value.
  /(\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)[ \t]{1,4})(?!(?:[A-Za-z]?[a-z]{0,10}|(?:authenti|authori|credenti)[a-z]{1,12})[.,;:!?)'"]{0,4}(?:\s|$))(?!realm=)[\w+/=.~-]+/g,
  /(["'`](?:[Bb]earer|[Bb]asic)[ \t]{1,4})(?!(?:auth|token|realm)\b)[\w+/=.~!-]+/g,
  // Arguments of commands: `--token x`, `'--password', 'x'`, `-u user:x`, `-U user%x`, `pass:x`.
  shape(
    String.raw`(--(?:[a-z]+-)?(?:${SECRET_NAME}|pass)(?:["'][, \t\n]{1,8}|[ \t\n]{1,8}))(?!-)(?:${QUOTED}|[^\s"',]+)`,
    'gi',
  ),
  /([ \t'"]-[uU]["']?[, \t]{0,3}["']?[^\s:%'"]{1,64}[:%])[^\s'"]+/g,
  /(unknown option:? ['"]?--?[\w-]{1,64}=)[^\s'"]+/gi,
  /(--(?:proxy-)?user[ \t=][^\s:'"]{1,64}:)[^\s'":]+/g,
  ...OPTIONS.map(([programs, option]) =>
    shape(String.raw`((?<![\w-])(?:${programs})[^\n]{0,256}?[ \t]["']?${option})${ARGUMENT}`),
  ),
  /(htpasswd[ \t]+-\w{0,8}b\w{0,8}[ \t]+(?:[^\s-]\S{0,256}[ \t]+){1,2})[^\s'"]+/g,
  shape(
    String.raw`((?:failed|cmd|command)\\?["']?:[^\n]{0,256}?[ \t][a-z][\w-]{0,64}[-_]${SECRET_NAME}[ \t]+)[^-\s"'=:][^\n"']*`,
    'gi',
  ),
  /(\bpass:)[^\s'",:]+/g,
  shape(String.raw`(\b(?:auth|pass)${ASSIGN})(?:${QUOTED})`, 'gi'),
  /((?:^|[:>] )PASS )\S+/gm,
  /(\b[A-Z][A-Z0-9_]{0,64}_?(?:AUTH|PASS)=)(?:"[^"\n]*"?|'[^'\n]*'?|[^\s"']+)/g,
  // Values that were refused: with a telling name, or with none at all.
  /(invalid[a-z ]{0,64}: )(?!\\?["'][^"'\n]{0,256}\*{3}@)(?:\\*"(?![\d.:]+")[^"\n]{8,}"?|'(?![\d.:]+')[^'\n]{8,}'?)/gi,
  shape(String.raw`(${SECRET_NAME}\\*["']? (?:with (?:the )?value|is|was|got invalid value) )(?:${QUOTED})`, 'gi'),
  shape(String.raw`(${SECRET_NAME}\\*["'] with value )\S+`, 'gi'),
  shape(
    String.raw`(${SECRET_NAME}${Q}?[^\n]{0,160}?(?:\(was|but received:|the final value was:|cast from the value|value is|Given:) ${'`'}?)(?:${QUOTED})`,
    'gi',
  ),
  shape(
    String.raw`(\b(?:string)?value(?:${ASSIGN}| ))(?:${QUOTED})(?=[^]{0,400}?\b(?:path|label)(?:${ASSIGN}| )\[?[ \t\n]{0,4}\\?["'][\w.]{0,64}?${SECRET_NAME})`,
    'gi',
  ),
  shape(
    String.raw`(\b(?:(?:instance)?path|label|key|column)${ASSIGN}\[?[ \t\n]{0,4}\\?["'][\w./]{0,64}?${SECRET_NAME}\\?["'][^]{0,300}?\b(?:(?:original)?value|data|received|input)${ASSIGN})(?:${QUOTED})`,
    'gi',
  ),
  shape(String.raw`(option ['"][^'"\n]{0,64}${SECRET_NAME}[^'"\n]{0,64}['"] argument )(?:${QUOTED})`, 'gi'),
  shape(String.raw`(path \x60[\w.]{0,64}?${SECRET_NAME}\x60 (?:is \w{1,16} )?\()(?:\x60[^\x60\n]*\x60|[^)\n]*)`, 'gi'),
  /(\b(?:received|\(was|argument|(?:string|expected|invalid|non-\w{1,16}) value(?: was)?|value was):? [("]{0,2})(?!\\*"[^"\n]{0,256}\*{3}@)\\*"[^"\\\s]{8,}\\*"/gi,
  /\bValue "[^"\s]{8,}"(?= not in )/g,
  /"[^"\s]{8,}"(?= is not a valid )/g,
  /(unresolved alias[^:\n]{0,64}: )\S{8,}/gi,
  // SQL: a row that violates a key, values for columns with telling names, a literal that is called so.
  shape(String.raw`(\([\w, "]{0,64}?${SECRET_NAME}[\w, "]{0,64}\)=)\([^)\n]*\)`, 'gi'),
  shape(
    String.raw`(${SECRET_NAME}[^()\n]{0,256}\)[ \n]{0,4}values[ \n]{0,4})(?!\((?:${PLACEHOLDER}[, ]{0,2})+\))\([^)\n]*(?:\)(?:, ?\([^)\n]*)*)?`,
    'gi',
  ),
  shape(String.raw`((?:\bpassword |\bidentified by |${SECRET_NAME}\())'[^'\n]{3,256}'`, 'gi'),
  // Servers that repeat a command, XML, addresses of bots and webhooks.
  /(args beginning with: )[^\n]*/g,
  shape(String.raw`(<[\w:]{0,64}${SECRET_NAME}>)[^<\s]+`, 'gi'),
  /(\/bot\d{5,12}:)[^\s/[]+/g,
  /(\/services\/T\w{1,16}\/B\w{1,16}\/|\/api\/webhooks\/\d{1,24}\/)[\w-]+/g,
  shape(String.raw`'[^'\n]{1,256}'(?= as ["${'`'}]?[a-z_]{0,64}${SECRET_NAME})`, 'gi'),
  shape(String.raw`(\b(?:sid|jsessionid|phpsessid)=)${VALUE}`, 'gi'),
  // An address that has lost its credentials already may stay, and so may what MySQL says of a password.
  shape(String.raw`(${SECRET_NAME}${ASSIGN})(?!${PROSE})(?![a-z][\w+.-]{0,20}://\*{3}@)${VALUE}`, 'gi'),
  shape(String.raw`(\b[a-z]{0,16}pass=|[?&;](?:key|sig|auth|code|pass)=)${VALUE}`, 'gi'),
  // Behind a telling word stands prose, unless it holds letters and digits.
  shape(
    String.raw`(\b(?:password|passphrase|secret|token|api key)[ \t])(?=[\w!$%&*+.~-]{0,64}?\d)(?=[\w!$%&*+.~-]{0,64}?[a-z])[\w!$%&*+.~-]{10,}`,
    'gi',
  ),
  /(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g,
  shape(String.raw`(?<!${PUBLIC_HEX})(?<![0-9A-Za-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])`, 'gi'),
  /\b(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA|AIPA)[A-Z0-9]{16}\b/g,
  /\b(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|[prs]k_(?:live|test)_|sk-|npm_|AIza|SG\.|dop_v1_|hvs\.)[\w.-]{10,}/g,
]

/**
 * What a command or a query was given, with no name to tell by: lists, and what goes in them. Numbers stay, so that it can
 * still be told how many there were and which ids.
 */
export const WHOLE_LISTS: readonly (readonly [list: RegExp, item: RegExp])[] = [
  [
    /(\b(?:args|parameters|params|bindings|replacements|record|invalids)\\?["']?[ \t]?[:=][ \t]?\[)([^\]]*)/gi,
    shape(String.raw`${QUOTED}|(?<![\w.*-])(?!-?\d+(?:\.\d+)?(?![\w.-])|(?:null|true|false|undefined)\b)[^\s,'"\\]+`),
  ],
  [/(\nparams: )([^\n]*)/g, /(?<![^,])(?!-?\d+(?:\.\d+)?(?:,|$)|,)[^,]+/g],
]
