/** Options as the file gave them: what is not said is not there. */
export type Given<T> = T extends object ? { readonly [K in keyof T]: Given<Exclude<T[K], undefined>> } : T
