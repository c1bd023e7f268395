/** One family of metrics as a table of the documentation shows it: name, type, labels, help. */
export type MetricRow = readonly [name: string, type: string, labels: string, help: string]

/** The families of an answer in Prometheus' text format, in its order. */
export function metricRows(text: string): readonly MetricRow[] {
  const helps = [...text.matchAll(/^# HELP (\S+) (.*)$/gm)]
  return helps.map(([, name = '', help = '']): MetricRow => {
    const type = new RegExp(`^# TYPE ${name} (\\S+)$`, 'm').exec(text)?.[1] ?? ''
    const samples = [...text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm'))]
    const labels = new Set(samples.flatMap(([, all = '']) => [...all.matchAll(/(\w+)="/g)].map(([, label]) => label)))
    return [`\`${name}\``, type, [...labels].map((label) => `\`${label}\``).join(', '), help]
  })
}

/** The rows of the table below a heading of a page. */
export function tableBelow(page: string, heading: string): readonly (readonly string[])[] {
  const [, below = ''] = page.split(`\n## ${heading}\n`)
  const [section = ''] = below.split('\n## ')
  const lines = section.split('\n').filter((line) => line.startsWith('|'))
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
