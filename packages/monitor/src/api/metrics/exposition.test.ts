import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chooseExposition, writeMetrics, type MetricFamily } from './exposition.ts'

const families: readonly MetricFamily[] = [
  { name: 'a_seconds', type: 'gauge', help: 'A "thing".', points: [{ labels: { target: 'x"y\\z\n' }, value: 0.5 }] },
  { name: 'b', type: 'counter', help: 'B.', points: [{ value: 3 }] },
  {
    name: 'c_seconds',
    type: 'histogram',
    help: 'C.',
    points: [{ labels: { kind: 'http' }, value: { bounds: [0.1, 1], counts: [2, 0, 1], sum: 5.5 } }],
  },
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
`)
  })

  it('writes OpenMetrics', () => {
    const text = writeMetrics(families, 'openmetrics')
    expect(text).toContain('# HELP a_seconds A \\"thing\\".\n')
    expect(text).toContain('# TYPE b counter\nb_total 3\n')
    expect(text.endsWith('\n# EOF\n')).toBe(true)
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

  it('follows the Accept header', () => {
    expect(chooseExposition('application/openmetrics-text;version=1.0.0,text/plain;q=0.5')).toBe('openmetrics')
    expect(chooseExposition('text/plain')).toBe('text')
    expect(chooseExposition(undefined)).toBe('text')
  })
})
