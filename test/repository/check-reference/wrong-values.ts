const NOTHING = [null, {}, true]
const NO_NUMBER = ['5', Number.NaN, -1, ...NOTHING]
const NO_TEXT = [5, Number.NaN, ['a'], ...NOTHING]
const NO_DURATION = ['5', '10 s', Number.NaN, -1, Infinity, ...NOTHING]
const NO_SHARE = ['5', '5GB', '101%', Number.NaN, 5, ...NOTHING]
const NO_WORD = ['no such word', Number.NaN, -1, ...NOTHING]
const NO_FUNCTION = ['count', 5, ...NOTHING]
const NO_LIST = ['a', 5, [5], [''], ...NOTHING]
const NO_PEM = [5, Number.NaN, true, '']

/** Values that plain JavaScript may give in the place of one of a type, by the text of the type. */
const WRONG: Readonly<Record<string, readonly unknown[]>> = {
  number: NO_NUMBER,
  Duration: NO_DURATION,
  Share: NO_SHARE,
  '`${number}%`': NO_SHARE,
  Amount: ['20', 'much', '101%', Number.NaN, -1, Infinity, ...NOTHING],
  string: NO_TEXT,
  'string | undefined': NO_TEXT,
  'string | URL': ['', 'no address', 5, ...NOTHING],
  boolean: ['yes', 1, 0, Number.NaN, null, {}],
  Role: NO_WORD,
  StartTls: NO_WORD,
  DnsType: NO_WORD,
  Clock: [5, 'now', () => 0, ...NOTHING],
  Date: ['2026-11-22', 5, new Date(Number.NaN), ...NOTHING],
  Migrations: ['all', 5, { applied: 'SELECT 1' }, { applied: '', expected: [] }, ...NOTHING],
  HttpTls: ['system', 5, null, true, { rejectUnauthorised: false }, { rejectUnauthorized: 'no' }, { ca: 5 }],
  S3Credentials: ['AKIA', 5, { accessKeyId: 'a' }, { accessKeyId: 'a', secretAccessKey: '' }, ...NOTHING],
  'readonly string[]': NO_LIST,
  'readonly StatusRange[]': [200, '200-299', [], ['20'], ['299-200'], [Number.NaN], ...NOTHING],
  'Readonly<Record<string, string>>': ['a', 5, null, true, ['a'], { a: 5 }, { a: undefined }],
  'Readonly<Record<string, JsonValue>>': ['a', 5, null, true, { 'a..b': 1 }, { a: {} }, { a: undefined }],
  "ConnectionOptions['ca']": NO_PEM,
  "ConnectionOptions['cert']": NO_PEM,
  "ConnectionOptions['key']": NO_PEM,
  '(context: CheckContext) => number | Promise<number>': NO_FUNCTION,
}

/** A few words or numbers: `'a' | 'b'`, `1 | 5`. */
const FEW = /^(?:'[^']*'|\d+)(?: \| (?:'[^']*'|\d+))+$/

/** @throws {Error} for a type that stands in no check yet: say what is wrong for it. */
export function wrongValues(type: string): readonly unknown[] {
  const found = WRONG[type] ?? (FEW.test(type) ? NO_WORD : undefined)
  if (found === undefined) throw new Error(`say in wrong-values.ts what is no ${type}`)
  return found
}
