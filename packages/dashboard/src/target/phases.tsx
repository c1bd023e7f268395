import type { ApiPhases, Target } from '@hale/contract'
import type { VNode } from 'preact'
import { responseTime } from '../words/duration.ts'
import { totalMs, waterfall, type Span } from './waterfall.ts'

/** Where the time of the last probes went. The last one kept its connection, unless it is the fresh one itself. */
export function Phases({ target }: { readonly target: Target }): VNode {
  const { phases, freshPhases } = target
  const kept = phases === null || isFresh(phases) ? null : phases
  const fresh = freshPhases ?? (phases !== null && isFresh(phases) ? phases : null)
  const rows = waterfall(fresh, kept)
  return (
    <section class="panel" aria-labelledby="phases-title">
      <header class="panel-head">
        <h2 id="phases-title">Phases of the last probe</h2>
      </header>
      {rows.length === 0 ? (
        <p class="quiet">No probe got far enough to be measured.</p>
      ) : (
        <table class="waterfall">
          <thead>
            <tr>
              <th scope="col">Phase</th>
              <td class="waterfall-track" />
              {fresh === null ? null : (
                <th scope="col" class="is-fresh">
                  Fresh
                </th>
              )}
              {kept === null ? null : (
                <th scope="col" class="is-kept">
                  Kept alive
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.phase}>
                <th scope="row">{row.label}</th>
                <td class="waterfall-track" aria-hidden="true">
                  {fresh === null ? null : <Bar span={row.fresh} kind="is-fresh" />}
                  {kept === null ? null : <Bar span={row.kept} kind="is-kept" />}
                </td>
                {fresh === null ? null : <td>{responseTime(row.fresh?.ms)}</td>}
                {kept === null ? null : <td>{responseTime(row.kept?.ms)}</td>}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">Total</th>
              <td />
              {fresh === null ? null : <td>{responseTime(totalMs(fresh))}</td>}
              {kept === null ? null : <td>{responseTime(totalMs(kept))}</td>}
            </tr>
          </tfoot>
        </table>
      )}
    </section>
  )
}

function Bar({ span, kind }: { readonly span: Span | undefined; readonly kind: string }): VNode {
  const style = span === undefined ? {} : { marginLeft: `${span.from * 100}%`, width: `${span.length * 100}%` }
  return <div class={span === undefined ? 'waterfall-bar' : `waterfall-bar ${kind}`} style={style} />
}

function isFresh(phases: ApiPhases): boolean {
  return phases.connectMs !== undefined
}
