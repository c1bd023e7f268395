export * from './api.ts'
export * from './config.ts'
export { parseSize, parseStatusRange } from './config-values.ts'
