import { CODES } from '../../../packages/hale/src/core/codes.ts'
import type { CheckDescription, OptionDescription } from './describe-check.ts'

/** What one run of a check by one client put on the wire, on average, as `bench/detect` measured it. Bytes. */
export interface Measured {
  readonly opens: number
  readonly exchanges: number
  readonly sent: number
  readonly received: number
}

export interface Reference {
  readonly checks: readonly CheckDescription[]
  /** What every check takes when it is registered. */
  readonly policy: readonly OptionDescription[]
  /** By check, then by client; `url` is a connection of the check's own. */
  readonly measured: Readonly<Record<string, Readonly<Record<string, Measured>>>>
  /** Codes that the engine gives of any check. */
  readonly engineCodes: ReadonlySet<string>
  /** Codes of the table of errors that all checks share. */
  readonly errorCodes: ReadonlySet<string>
}

/** The page: an overview, each check, and what the codes mean. */
export function renderReference(reference: Reference): string {
  const { checks, engineCodes, errorCodes, policy } = reference
  const others = Object.keys(CODES).filter((code) => checks.some(({ codes }) => codes.includes(code)))
  const blocks = [
    '# Reference of the checks',
    '<!-- Written from the source: npx vitest run test/repository/check-reference.test.ts -u -->',
    'Every check, as its source describes it. When to use which, with examples: [checks.md](checks.md).',
    'What a run puts on the wire is measured against the real server, once it is connected and while all is well: times that something was sent and answered (exchanges), bytes sent and received. An average of 40 runs.',
    '## What asks others',
    overview(reference, 'dependency'),
    '## What looks at this process and machine',
    overview(reference, 'local'),
    '## What every check takes',
    "Beside it, when it is registered: `{ check: postgres(pool), every: '30s', failureThreshold: 2 }`.",
    optionTable(policy),
    '## Each check',
    ...checks.flatMap((check) => describe(check, reference)),
    '## Codes',
    'A code never changes its meaning.',
    '### Of any check',
    codeTable([...engineCodes]),
    '### Of errors',
    codeTable([...errorCodes].filter((code) => !engineCodes.has(code))),
    '### Of some checks',
    codeTable(others.filter((code) => !engineCodes.has(code) && !errorCodes.has(code))),
  ]
  return `${blocks.join('\n\n')}\n`
}

function overview({ checks, measured }: Reference, scope: CheckDescription['scope']): string {
  const rows = checks
    .filter((check) => check.scope === scope)
    .map((check) => {
      const found = Object.values(measured[check.name] ?? {})[0]
      const cost = found === undefined ? shortCost(check.cost) : onTheWire(found)
      return [`[${check.name}](#${check.name})`, firstSentence(check.asks), cost]
    })
  return table(['check', 'asks', 'a run costs'], rows)
}

function describe(check: CheckDescription, { errorCodes, measured }: Reference): readonly string[] {
  const { asks, byTable, codeNote, cost, defaults, factory, name, observed, options, takes } = check
  const own = check.codes.filter((code) => !byTable || !errorCodes.has(code)).map((code) => `\`${code}\``)
  const policy = [...defaults].map(([key, value]) => `\`${key}\` \`${value}\``)
  const facts = [
    `**Costs** ${lowerFirst(cost.replace(/^Costs? /, ''))}`,
    ...wireFacts(measured[name]),
    `**Observed** ${observed}`,
    `**Codes** ${[...own, ...(byTable ? ['those [of errors](#of-errors)'] : [])].join(', ')}.${codeNote === undefined ? '' : ` Here: ${codeNote}`}`,
    ...(policy.length === 0 ? [] : [`**Unless told otherwise** ${policy.join(', ')}.`]),
  ]
  return [
    `### ${name}`,
    `\`${factory}(${takes})\` of \`hale/checks/${name}\` · [examples](checks.md#${name})`,
    asks,
    facts.map((fact) => `- ${fact}`).join('\n'),
    ...(options.length === 0 ? [] : [optionTable(options)]),
  ]
}

function optionTable(options: readonly OptionDescription[]): string {
  const rows = options.map(({ byDefault = '', meaning, name, required }) => [
    `\`${name}\``,
    required ? 'needed' : byDefault,
    meaning,
  ])
  return table(['option', 'default', 'meaning'], rows)
}

/** Clients that cost the same in one line. */
function wireFacts(measured: Readonly<Record<string, Measured>> = {}): readonly string[] {
  const clients = Map.groupBy(Object.entries(measured), ([, figures]) => onTheWire(figures))
  const parts = [...clients].map(([figures, who]) => {
    const names = who.map(([client]) => (client === 'url' ? 'by URL' : `\`${client}\``))
    return `${names.join(', ')}: ${figures}`
  })
  return parts.length === 0 ? [] : [`**On the wire** ${parts.join('; ')}.`]
}

function onTheWire({ exchanges, opens, received, sent }: Measured): string {
  const parts = [
    ...(opens > 0 ? [count(opens, 'connection')] : []),
    ...(exchanges > 0 ? [count(exchanges, 'exchange')] : []),
    ...(sent + received > 0 ? [`${Math.round(sent)} B out, ${Math.round(received)} B in`] : []),
  ]
  return parts.join(', ')
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`
}

/** `Costs one query per run, one more for a lag.` as `one query, one more for a lag`. */
function shortCost(cost: string): string {
  return firstSentence(cost)
    .replace(/^Costs? /, '')
    .replace(/,? per run/, '')
    .replace(/\.$/, '')
}

function codeTable(codes: readonly string[]): string {
  const meanings: Readonly<Record<string, string>> = CODES
  return table(
    ['code', 'meaning'],
    codes.toSorted().map((code) => [`\`${code}\``, meanings[code] ?? '']),
  )
}

/** As narrow as its text is: the page is not for the formatter, which would pad every row to the longest. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`).join('\n')
}

function firstSentence(text: string): string {
  return /^.*?[.](?= [A-Z`]|$)/.exec(text)?.[0] ?? text
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)
