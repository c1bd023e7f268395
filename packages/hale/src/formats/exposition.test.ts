import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeMetrics, type MetricFamily } from './exposition.ts'

const families: readonly MetricFamily[] = [
  { name: 'a_seconds', type: 'gauge', help: 'A "thing".', points: [{ labels: { target: 'x"y\\z\n' }, value: 0.5 }] },
  { name: 'b', type: 'counter', help: 'B.', points: [{ value: 3 }] },
  {
    name: 'c_seconds',
    type: 'histogram',
    help: 'C.',
    points: [{ labels: { kind: 'http' }, value: { bounds: [0.1, 1], counts: [2, 0, 1], sum: 5.5 } }],
  },
  {
    name: 'd_seconds',
    type: 'summary',
    help: 'D.',
    points: [{ labels: { check: 'db' }, value: { quantiles: [[0.95, 0.2]], sum: 1.25, count: 7 } }],
  },
  { name: 'e', type: 'info', help: 'E.', points: [{ labels: { version: '1' }, value: 1 }] },
  { name: 'f', type: 'gauge', help: 'Nothing to tell.', points: [] },
]

describe('writeMetrics', () => {
  it('writes the classic text', () => {
    expect(writeMetrics(families, 'text')).toBe(`# HELP a_seconds A "thing".
# TYPE a_seconds gauge
a_seconds{target="x\\"y\\\\z\\n"} 0.5
# HELP b_total B.
# TYPE b_total counter
b_total 3
# HELP c_seconds C.
# TYPE c_seconds histogram
c_seconds_bucket{kind="http",le="0.1"} 2
c_seconds_bucket{kind="http",le="1.0"} 2
c_seconds_bucket{kind="http",le="+Inf"} 3
c_seconds_sum{kind="http"} 5.5
c_seconds_count{kind="http"} 3
# HELP d_seconds D.
# TYPE d_seconds summary
d_seconds{check="db",quantile="0.95"} 0.2
d_seconds_sum{check="db"} 1.25
d_seconds_count{check="db"} 7
# HELP e_info E.
# TYPE e_info gauge
e_info{version="1"} 1
`)
  })

  it('writes OpenMetrics: the same samples under its own titles', () => {
    const text = writeMetrics(families, 'openmetrics')
    expect(text).toContain('# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds A \\"thing\\".\n')
    expect(text).toContain('# TYPE b counter\n# HELP b B.\nb_total 3\n')
    expect(text).toContain('# TYPE e info\n# HELP e E.\ne_info{version="1"} 1\n')
    expect(text.endsWith('\n# EOF\n')).toBe(true)
    const samples = (of: string): readonly string[] => of.split('\n').filter((line) => !line.startsWith('#'))
    expect(samples(text)).toEqual(samples(writeMetrics(families, 'text')))
  })

  it('S4: no label breaks out of its line or its quotes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', '\\', '\n', '}', ' ', 'n', 'é', '\0', '\uD800') }),
        (target) => {
          const family: MetricFamily = {
            name: 'a',
            type: 'gauge',
            help: target,
            points: [{ labels: { target }, value: 1 }],
          }
          const lines = writeMetrics([family], 'text').split('\n')
          expect(lines).toHaveLength(4)
          expect(lines[2]).toMatch(/^a\{target="(?:[^"\\\n]|\\[\\n"])*"\} 1$/u)
        },
      ),
    )
  })
})
