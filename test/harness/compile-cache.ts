import { fileURLToPath } from 'node:url'

/**
 * For `NODE_COMPILE_CACHE` of every process of ours that a test starts from TypeScript: what one of them has compiled is there
 * for all others, which halves their start. Node writes it down only when a process ends by itself, not when it is killed.
 */
export const COMPILE_CACHE: string = fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url))
