import { computed, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { ApiStatus } from '@hale/contract'
import { targets } from '../live/live.ts'
import { preference } from '../ui/preference.ts'
import { arrange, type GroupBy, type Section, type SortBy } from './arrange.ts'
import type { Density } from './lines.ts'

/** Above so many targets rows serve better than cards. */
const MANY = 60

// What the person chose to see. Kept outside the page, so that coming back from a target finds it as it was left.
export const filterText: Signal<string> = signal('')
export const filterStatus: Signal<ApiStatus | undefined> = signal(undefined)
export const sortBy: Signal<SortBy> = preference<SortBy>('sort', ['worst', 'name', 'slowest'])
export const groupBy: Signal<GroupBy> = preference<GroupBy>('group', ['group', 'none'])
export const chosenDensity: Signal<Density | 'auto'> = preference<Density | 'auto'>('density', [
  'auto',
  'cards',
  'rows',
])

/** The target that the keyboard is at: j and k go on from here, and coming back from its page finds it. */
export const current: Signal<string | undefined> = signal(undefined)

export const density: ReadonlySignal<Density> = computed(() =>
  chosenDensity.value === 'auto' ? (targets.value.length > MANY ? 'rows' : 'cards') : chosenDensity.value,
)

export const sections: ReadonlySignal<readonly Section[]> = computed(() =>
  arrange(targets.value, {
    text: filterText.value,
    status: filterStatus.value,
    sortBy: sortBy.value,
    groupBy: groupBy.value,
  }),
)
