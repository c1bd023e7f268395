import type { DependencyCheck, LocalCheck } from 'hale'
import type { Mend } from '../../../packages/hale/test/subjects/subject.ts'

/** Something that goes wrong in a process, on its machine or on its network, and a check that should see it. */
export interface LocalFault {
  /** The check's file in `hale/checks`. */
  readonly check: string
  readonly fault: string
  /** Makes the check and what it looks at. The folder is a file system of its own, the network too. */
  readonly open: (folder: string) => LocalOpened | Promise<LocalOpened>
}

export interface LocalOpened {
  readonly check: DependencyCheck | LocalCheck
  readonly bring: () => Mend | Promise<Mend>
  /** Ends what was started for it. */
  readonly end?: () => unknown
}
