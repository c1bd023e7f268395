export type * from './model.ts'
export type * from './store/store.ts'
export type * from './probes/prober.ts'
export type * from './channels/channel.ts'
