import type { ApiStatus } from '@hale/contract'
import type { VNode } from 'preact'
import { targets } from '../live/live.ts'
import { Icon } from '../ui/icon.tsx'
import { StatusMark } from '../ui/status-mark.tsx'
import { countByStatus, type SortBy } from './arrange.ts'
import { chosenDensity, density, filterStatus, filterText, groupBy, sortBy } from './view.ts'

/** Where `/` goes. */
export const FILTER_ID = 'filter'

/** Filter, status counts that filter, order and density. */
export function Toolbar(): VNode {
  return (
    <div class="toolbar">
      <search class="filter">
        <Icon name="search" />
        <label class="hidden" for={FILTER_ID}>
          Filter targets
        </label>
        <input
          id={FILTER_ID}
          type="search"
          placeholder="Filter by name, group, tag, reason"
          autocomplete="off"
          spellcheck={false}
          value={filterText.value}
          onInput={({ currentTarget }) => (filterText.value = currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return
            filterText.value = ''
            event.currentTarget.blur()
            event.stopPropagation()
          }}
        />
        <kbd aria-hidden="true">/</kbd>
      </search>
      <div class="chips" role="group" aria-label="Show only">
        {countByStatus(targets.value).map(([status, count]) => (
          <Chip key={status} status={status} count={count} />
        ))}
      </div>
      <div class="toolbar-end">
        <label class="choice">
          <span class="hidden">Sort</span>
          <select value={sortBy.value} onChange={({ currentTarget }) => (sortBy.value = currentTarget.value as SortBy)}>
            <option value="worst">Worst first</option>
            <option value="name">By name</option>
            <option value="slowest">Slowest first</option>
          </select>
        </label>
        <button
          type="button"
          class="button"
          aria-pressed={groupBy.value === 'group'}
          onClick={() => (groupBy.value = groupBy.value === 'group' ? 'none' : 'group')}
        >
          Grouped
        </button>
        <button
          type="button"
          class="button is-icon"
          onClick={() => (chosenDensity.value = density.value === 'cards' ? 'rows' : 'cards')}
          title={density.value === 'cards' ? 'Show as rows' : 'Show as cards'}
        >
          <Icon name={density.value === 'cards' ? 'rows' : 'cards'} />
          <span class="hidden">{density.value === 'cards' ? 'Show as rows' : 'Show as cards'}</span>
        </button>
      </div>
    </div>
  )
}

function Chip({ status, count }: { readonly status: ApiStatus; readonly count: number }): VNode {
  const chosen = filterStatus.value === status
  return (
    <button
      type="button"
      class="chip"
      aria-pressed={chosen}
      onClick={() => (filterStatus.value = chosen ? undefined : status)}
    >
      <StatusMark status={status} />
      <span class="count">{count}</span> {status}
    </button>
  )
}
