import type { YAMLError } from 'yaml'

/** What is commonly wrong with a file as YAML, in words for somebody who does not know its grammar. */
const WORDS: readonly (readonly [code: string, said: RegExp, words: string])[] = [
  ['TAB_AS_INDENT', /./, 'is indented by a tab; YAML takes spaces only'],
  ['BLOCK_AS_IMPLICIT_KEY', /./, 'has a second ": " in its line; put the value between quotes, or begin a line'],
  ['MISSING_CHAR', /closing 'quote/, "has a quote ' that is not closed"],
  ['MISSING_CHAR', /closing "quote/, 'has a quote " that is not closed'],
  ['MISSING_CHAR', /Implicit map keys/, 'has no ": " after it; a key stands there as in "key: value"'],
  ['MISSING_CHAR', /space after :/, 'needs a space after the ":"'],
  ['MISSING_CHAR', /without - indicator/, 'is not indented as what it belongs with, or lacks the "- " of an item'],
  ['MISSING_CHAR', /Missing , or :/, 'a comma or ": " is missing before this'],
  ['MISSING_CHAR', /Missing , between/, 'a comma is missing before this'],
  ['MISSING_CHAR', /Comments must/, 'needs a space before the "#", or quotes around all of it'],
  ['MULTILINE_IMPLICIT_KEY', /./, 'has no ": " after it; a key stands there as in "key: value"'],
  ['BAD_SCALAR_START', /./, 'begins with a character that means something else in YAML; put it between quotes'],
  ['BAD_INDENT', /same column/, 'is not indented as what it belongs with'],
  ['BAD_DQ_ESCAPE', /./, 'has a \\ that means something else between double quotes; write it between single quotes'],
  ['MULTIPLE_DOCS', /./, 'holds a second document, after "---"; one file is one document'],
]

/** Says what makes a text no YAML. */
export function describeSyntax({ code, message }: Pick<YAMLError, 'code' | 'message'>): string {
  const open = /[Ff]low (?<kind>map|sequence) .*\bend with a (?<close>[\]}])/.exec(message)?.groups
  if (open !== undefined) return `the ${open['kind'] === 'map' ? '{' : '['} is not closed by a ${open['close']}`
  const known = WORDS.find(([of, said]) => of === code && said.test(message))
  return known?.[2] ?? `is no YAML: ${message}`
}
