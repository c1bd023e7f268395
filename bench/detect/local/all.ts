import type { LocalFault } from './fault.ts'
import { FILE_FAULTS } from './files.ts'
import { NETWORK_FAULTS } from './network.ts'
import { OTHERS_FAULTS } from './others.ts'
import { PROCESS_FAULTS } from './process.ts'

/** What has no server that could be out of reach, and what goes wrong with it. */
export const LOCAL_FAULTS: readonly LocalFault[] = [
  ...PROCESS_FAULTS,
  ...OTHERS_FAULTS,
  ...FILE_FAULTS,
  ...NETWORK_FAULTS,
]
