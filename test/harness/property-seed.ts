// Vitest's setup file of the project `unit`; a real test with properties imports it.
import fc from 'fast-check'
import { SEED } from './seed.ts'

fc.configureGlobal({ seed: SEED })
