import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Reporter, TestCase, TestModule } from 'vitest/node'

const RESULTS = fileURLToPath(new URL('../../test-results/flaky.json', import.meta.url))

/** Names at the end of a run every test that failed and passed when it was tried again, with how it failed, and keeps the list. */
export default class FlakyReporter implements Reporter {
  readonly #file: string

  constructor({ file = RESULTS }: { readonly file?: string } = {}) {
    this.#file = file
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const flaky = modules
      .flatMap(({ children }) => [...children.allTests()])
      .filter((test) => test.diagnostic()?.flaky === true)
      .map((test) => ({ file: test.module.relativeModuleId, test: test.fullName, errors: errorsOf(test) }))
    mkdirSync(dirname(this.#file), { recursive: true })
    writeFileSync(this.#file, JSON.stringify(flaky, undefined, 2))
    for (const { errors, file, test } of flaky) {
      console.log(`flaky: passed at the second try: ${file} > ${test}\n  at first: ${errors.join('\n  ')}`)
    }
  }
}

function errorsOf(test: TestCase): readonly string[] {
  return (test.result().errors ?? []).map(({ message, stacks }) => {
    const [at] = stacks ?? []
    return at === undefined ? message : `${message} (line ${at.line})`
  })
}
