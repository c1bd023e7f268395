import type { VNode } from 'preact'
import { EXAMPLE_CONFIG } from './example-config.ts'

/** Nothing is watched yet: three lines away from something. */
export function Empty(): VNode {
  return (
    <section class="empty">
      <h1 tabIndex={-1}>Nothing is watched yet</h1>
      <p>Three lines make a whole configuration. Put them into a file named hale.yaml:</p>
      <pre tabIndex={0} aria-label="Example configuration">
        <code>{EXAMPLE_CONFIG}</code>
      </pre>
      <p>
        then start the monitor with it: <code>hale up hale.yaml</code>. A health document becomes one line with a
        history for each of its parts; any other page is watched by its answer and its response time.
      </p>
    </section>
  )
}
