/** What stands in the place of a secret. */
export const REDACTED = '***'

/** Longer text is cut before it is searched, so that redaction costs a bounded time (S9). Characters. */
const MAX_LENGTH = 16_384

/**
 * Takes secrets out of text by their shape, whatever they are called (E10), and leaves the rest readable.
 *
 * Known shapes: user and password in URLs and DSNs, `password=…` and its like, `Authorization`, cookies and bearer
 * values, query parameters, AWS and vendor-prefixed keys, JWTs, PEM blocks, long tokens that look random.
 * When in doubt it redacts. Text beyond 16,384 characters is dropped.
 */
export function redact(text: string): string {
  let safe = text.length > MAX_LENGTH ? cut(text) : text
  for (const [shape, replacement] of SHAPES) safe = safe.replace(shape, replacement)
  return safe.replace(TOKEN_RUN, hideTokens)
}

// Cut at white space: half a secret has lost the shape that it would be known by.
function cut(text: string): string {
  const head = text.slice(0, MAX_LENGTH)
  const end = head.search(/\s\S*$/)
  return `${end < 0 ? '' : head.slice(0, end)} … (cut)`
}

// Every pattern below is linear: a match starts at a fixed word or at the edge of a run, and each repetition is either
// bounded or ends where the next could start.

/** A quoted value, closed or not; also with its quotes escaped, as in JSON within JSON. */
const QUOTED = String.raw`\\"(?:[^"\\]|\\{4}|\\{3}"|\\(?!")[^])*(?:\\?"|$)|(?:"(?:[^"\\]|\\[^])*(?:"|$))+|(?:'(?:[^'\\]|\\[^])*(?:'|$))+`
/** Where a bare value ends: before the next `key=`, at closing brackets or punctuation at a word's end. */
const BARE_END = String.raw`[&;,]\\?["']?[\w.\-[\] ]{0,64}\\?["']?[=:]|["')\]}>]{1,8}(?:[\s,.;:]|$)|[,;.](?:\s|$)`
const VALUE = String.raw`(?:\*{3}(?!\w)|${QUOTED}|\{[^{}]*\}|(?:(?!${BARE_END})\S)+)`
const SECRET_NAME = String.raw`(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credentials?|signature|api[-_]?key|(?:access|private|account|shared|master|encryption)[-_]?key|session[-_]?id)(?:[-_]?(?:access[-_]?)?key(?:[-_]?id)?|[-_]?value|[-_]?\d{1,4})?`
/** What stands before hexadecimal digits that are nobody's secret: traces, commits, digests. */
const PUBLIC_HEX = String.raw`\b(?:(?:trace|span|request|correlation)[-_]?(?:id|parent)|trace|commit|revision|sha-?(?:1|256|512)?|etag|digest)\\?["']?[ \t]?[:=]?[ \t]?["']?(?:00-)?`
const ASSIGN = String.raw`(?:\\?["'])?\]?[ \t]{0,4}(?:[=:]|=>)[ \t]{0,4}`

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [^-\n]{1,64}-----(?:[^]*?-----END [^-\n]{1,64}-----|[^]*)/g, REDACTED],
  // User and password in an address: first as the standard has them, then with a stray `/`, `?` or `#` in the password.
  [/:\/\/[^\s/?#"<>]*@/g, `://${REDACTED}@`],
  [/:\/\/[^\s/?#@:"<>[\]]*:(?!\d{1,5}(?:[/?#]|$))[^\s@"<>]{0,512}@/g, `://${REDACTED}@`],
  // Without a scheme: user:password@host:port, user:password@tcp(host).
  [/(?<![\w.%+-])[\w.%+-]{1,128}:[^\s@/]{1,256}@(?=[\w.-]{1,253}:\d|[a-z]{1,8}\()/g, `${REDACTED}@`],
  [new RegExp(String.raw`(authorization${ASSIGN})(?:${QUOTED})`, 'gi'), `$1${REDACTED}`],
  [
    /(authorization[ \t]{0,4}[:=][ \t]{0,4}(?:bearer|basic|token|apikey|negotiate)[ \t]{1,4})[^\s"']+/gi,
    `$1${REDACTED}`,
  ],
  [
    /(authorization[ \t]{0,4}[:=][ \t]{0,4})(?!["']|\*{3}|(?:bearer|basic|token|apikey|negotiate)[ \t])\S[^\r\n]*/gi,
    `$1${REDACTED}`,
  ],
  [new RegExp(String.raw`(cookie2?${ASSIGN})(?:${QUOTED}|[^\s"'][^\r\n]*)`, 'gi'), `$1${REDACTED}`],
  // A short plain word after it is prose: "Basic authentication required". Behind a quote it is a value.
  [
    /\b([Bb]earer|BEARER|[Bb]asic|BASIC)([ \t]{1,4})(?!(?:[A-Za-z]?[a-z]{0,10}|(?:authenti|authori|credenti)[a-z]{1,12})[.,;:!?)'"]{0,4}(?:\s|$))(?!realm=)[\w+/=.~-]+/g,
    `$1$2${REDACTED}`,
  ],
  [/(["'`](?:[Bb]earer|[Bb]asic)[ \t]{1,4})(?!(?:auth|token|realm)\b)[\w+/=.~!-]+/g, `$1${REDACTED}`],
  // Arguments of commands: `--token x`, `'--password', 'x'`, `-u user:x`, `redis-cli -a x`, `mysql -px`, `pass:x`.
  [
    new RegExp(
      String.raw`(--(?:[a-z]+-)?${SECRET_NAME}(?:["'][, \t\n]{1,8}|[ \t\n]{1,8}))(?!-)(?:${QUOTED}|[^\s"',]+)`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  [/([ \t]-u[ \t]?)[^\s:'"]{1,64}:[^\s'"]+/g, `$1${REDACTED}`],
  [/(redis-cli[^\n]{0,256}?[ \t]-a[ \t])[^\s'"]+/g, `$1${REDACTED}`],
  [/(mysql[^\n]{0,256}?[ \t]-p)[^\s'"]+/g, `$1${REDACTED}`],
  [/(\bpass:)[^\s'",:]+/g, `$1${REDACTED}`],
  [new RegExp(String.raw`(\b(?:auth|pass)${ASSIGN})(?:${QUOTED})`, 'gi'), `$1${REDACTED}`],
  [/((?:^|[:>] )PASS )\S+/gm, `$1${REDACTED}`],
  // What a command or a query was given, and values that were refused: with a telling name, or with none at all.
  [/(\b(?:args|parameters|bindings|replacements)\\?["']?[ \t]?[:=][ \t]?\[)[^\]]*/gi, `$1${REDACTED}`],
  [new RegExp(String.raw`(invalid[a-z ]{0,64}: )(?!\\?["'][^"'\n]{0,256}\*{3}@)(?:${QUOTED})`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(${SECRET_NAME}\\?["'] with value )(?:${QUOTED})`, 'gi'), `$1${REDACTED}`],
  [
    new RegExp(
      String.raw`(\b(?:string)?value(?:${ASSIGN}| ))(?:${QUOTED})(?=[^]{0,400}?\b(?:path|label)(?:${ASSIGN}| )\[?[ \t\n]{0,4}\\?["'][\w.]{0,64}?${SECRET_NAME})`,
      'gi',
    ),
    `$1${REDACTED}`,
  ],
  // SQL: a row that violates a key, and values for columns with telling names.
  [new RegExp(String.raw`(\([\w, "]{0,64}?${SECRET_NAME}[\w, "]{0,64}\)=)\([^)\n]*\)`, 'gi'), `$1(${REDACTED})`],
  [new RegExp(String.raw`(${SECRET_NAME}[^()\n]{0,256}\)[ \n]{0,4}values[ \n]{0,4}\()[^)\n]*`, 'gi'), `$1${REDACTED}`],
  [new RegExp(String.raw`(\b(?:sid|jsessionid|phpsessid)=)${VALUE}`, 'gi'), `$1${REDACTED}`],
  // An address that has lost its credentials already may stay.
  [new RegExp(String.raw`(${SECRET_NAME}${ASSIGN})(?![a-z][\w+.-]{0,20}://\*{3}@)${VALUE}`, 'gi'), `$1${REDACTED}`],
  [new RegExp(`(\\bpass=|[?&;](?:key|sig|auth|code|pass)=)${VALUE}`, 'gi'), `$1${REDACTED}`],
  [/(?<![\w-])eyJ[\w-]+\.[\w-]+(?:\.[\w-]*)*/g, REDACTED],
  [
    new RegExp(
      String.raw`(?<!${PUBLIC_HEX})(?<![0-9A-Za-z])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{32,}(?![0-9A-Za-z])`,
      'gi',
    ),
    REDACTED,
  ],
  [/\b(?:AKIA|ASIA|AIDA|AROA|AGPA|ANPA|ANVA|AIPA)[A-Z0-9]{16}\b/g, REDACTED],
  [
    /\b(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|[prs]k_(?:live|test)_|sk-|npm_|AIza|SG\.|dop_v1_|hvs\.)[\w.-]{10,}/g,
    REDACTED,
  ],
]

const SECRET_NAME_END = new RegExp(`(?:${SECRET_NAME}|authorization|cookie2?|^(?:pass|auth|key))$`, 'i')

/** True for the names that secrets are kept under: `password`, `DB_PASSWORD`, `x-api-key`, `clientSecret`, … */
export function isSecretName(name: string): boolean {
  return name.length <= 256 && SECRET_NAME_END.test(name)
}

const TOKEN_RUN = /(?<![\w+/=-])[\w+/-]{24,}={0,2}/g

/** A run as a whole first (base64 holds `/`), then its parts (a path may hold a token). */
function hideTokens(run: string): string {
  if (looksRandom(run)) return REDACTED
  return run.replace(/[\w+-]+={0,2}/g, (part) => (looksRandom(part) ? REDACTED : part))
}

/**
 * Random text changes between lower case, upper case and digits all the time: about every second character in base62.
 * Words, paths and identifiers seldom do. Parts of up to 12 lower-case characters are left: UUIDs, pods, host names.
 */
function looksRandom(run: string): boolean {
  if (run.length < 24) return false
  // Hexadecimal digits have been judged before, by what stands before them.
  if (run.split('-').every((part) => /^[0-9a-f]*$/.test(part) && (part.length <= 16 || part.length >= 32))) return false
  if (run.split(/[-/_+]/).every((part) => part.length <= 12 && !/[A-Z]/.test(part))) return false
  const changes = run.match(/(?<=[a-z])[A-Z0-9]|(?<=[A-Z])\d|(?<=\d)[A-Za-z]|(?<=[A-Z]{2})[a-z]/g)?.length ?? 0
  return changes >= run.replace(/[^0-9A-Za-z]/g, '').length * 0.2
}
