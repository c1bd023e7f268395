import type { VNode } from 'preact'
import { targets } from '../live/live.ts'
import { Empty } from './empty.tsx'
import { TargetList } from './target-list.tsx'
import { Toolbar } from './toolbar.tsx'
import { VerdictLine } from './verdict-line.tsx'
import { filterStatus, filterText, sections } from './view.ts'

export function OverviewPage(): VNode {
  if (targets.value.length === 0) return <Empty />
  return (
    <>
      <VerdictLine />
      <Toolbar />
      {sections.value.length === 0 ? <NothingFits /> : <TargetList />}
    </>
  )
}

function NothingFits(): VNode {
  const clear = (): void => {
    filterText.value = ''
    filterStatus.value = undefined
  }
  return (
    <div class="empty" role="status">
      <p>None of {targets.value.length} targets fits this filter.</p>
      <button type="button" class="button" onClick={clear}>
        Show all
      </button>
    </div>
  )
}
