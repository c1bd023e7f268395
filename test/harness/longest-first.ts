import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take longest (half a minute to two alone), the longest first: the run ends with its longest file, however late that began. */
const LONGEST = [
  'test/dashboard/looks',
  'test/frameworks/frameworks',
  'packages/monitor/src/alerts/kill',
  'test/dashboard/flows',
  'test/mixin/mixin',
  'test/start/start',
  'test/lifecycle/rolling-restart',
]

/** The longest files first; the others as vitest orders them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number => {
      const found = LONGEST.findIndex((path) => moduleId.includes(`${path}.real.test.ts`))
      return found < 0 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b))
  }
}
