/** What became of a batch. The other side's failure is a value; a `deliver` that throws counts as `retry`. */
export type Delivery =
  | { readonly outcome: 'taken' }
  /** Not now. `afterMs`: how long the other side asks us to wait. */
  | { readonly outcome: 'retry'; readonly why: string; readonly afterMs?: number }
  /** Too much at once: it is tried again in smaller batches. */
  | { readonly outcome: 'too-large'; readonly why: string }
  /** Never: sending the same again would be refused again. */
  | { readonly outcome: 'refused'; readonly why: string }

export const TAKEN: Delivery = { outcome: 'taken' }
