import type { Health, Selection, View } from '../../core/health.ts'
import { HOP_HEADER, readHop } from '../../core/hop.ts'
import type { Format } from '../../formats/format.ts'
import { renderAnswers, type Answers } from './answer.ts'
import type { HandlerRequest } from './request.ts'

/** Milliseconds for which a detailed answer is kept: it shows ages. */
const DETAIL_KEPT_MS = 1_000

interface Rendered {
  readonly answers: Answers
  readonly version: number
  readonly validUntil: number
}

/** How a request wants the report. */
export interface Wish {
  readonly format: Format
  readonly detail: boolean
  /** With parameters of the format in it: the answer is then made for this request alone. */
  readonly query?: URLSearchParams | undefined
}

/** One path's report, kept rendered until something is recorded or grows old (E5). */
export class Endpoint {
  readonly #health: Health
  readonly #selection: Selection
  readonly #view: View
  readonly #plain = new Map<Format, Rendered>()
  readonly #detailed = new Map<Format, Rendered>()

  constructor(health: Health, selection: Selection) {
    this.#health = health
    this.#selection = selection
    this.#view = health.view(selection)
  }

  /** At once when it is known; else once what is due has answered. The run is the registry's: who goes away changes nothing (E4). */
  answers(wish: Wish, header: HandlerRequest['header']): Answers | Promise<Answers> {
    const kept = this.#kept(wish)
    if (kept !== undefined) return kept
    const wait = wish.format.passive === true ? undefined : this.#view.settle(readHop(header(HOP_HEADER)))
    if (wait === undefined) return this.#render(wish)
    return wait.then(() => this.#kept(wish) ?? this.#render(wish))
  }

  #kept({ detail, format, query }: Wish): Answers | undefined {
    if (query !== undefined) return undefined
    const rendered = (detail ? this.#detailed : this.#plain).get(format)
    const { clock, version } = this.#health
    return rendered?.version === version && clock.now() < rendered.validUntil ? rendered.answers : undefined
  }

  #render({ detail, format, query }: Wish): Answers {
    const options = { detail, selection: this.#selection, query }
    const answers = renderAnswers(this.#view.report({ detail }), format, options)
    if (query !== undefined) return answers
    // Read after the report: making it may find that something has grown stale.
    const { clock, version } = this.#health
    const validUntil = Math.min(this.#view.validUntil(), detail ? clock.now() + DETAIL_KEPT_MS : Infinity)
    const rendered = detail ? this.#detailed : this.#plain
    rendered.set(format, { answers, version, validUntil })
    return answers
  }
}
